package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.oauth.OAuthException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where people are looked up who have to prove who they are.
 *
 * <p>Every method throws an {@link OAuthException} with {@code temporarily_unavailable} where the
 * source cannot be asked: for people it knows and for those it does not, and never instead of a
 * decoy.
 */
public interface PeopleSource extends AutoCloseable {
  /**
   * Whether somebody can be named by these attributes together. Asked at a start, of each step that
   * identifies.
   */
  boolean identifiesBy(Set<String> attributes);

  /**
   * Whom the answers are about. Nobody, or more than one person, gives a decoy: the same one
   * whenever the answers are the same.
   *
   * @param answers by the attribute's name, in its normal form; their names are a set that {@link
   *     #identifiesBy} is true of
   */
  Person identify(Map<String, String> answers);

  /**
   * The person of {@link Person#key()}, at a later request. A decoy of a decoy's key, of the key of
   * somebody who is gone since, and of any other text.
   */
  Person find(String key);

  /** The person of a subject of this source; nothing where there is none, or not any more. */
  Optional<Person> personOf(String subject);

  /**
   * For tokens: the account, real or derived, of a subject of this source; nothing where it is
   * gone, disabled, or of another source.
   */
  Optional<Account> account(String subject);

  /** Ends what it holds. */
  @Override
  void close();
}
