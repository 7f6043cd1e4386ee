package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.ForeignSubject;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.oauth.Secrets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The people with an account here.
 *
 * <p>A decoy stands in the order of subjects where its answers' hash puts it, and is as the account
 * that comes next: as many rows are read, and its hashes take as long.
 */
public final class AccountPeople implements PeopleSource {
  private static final byte[] NOTHING = new byte[32];
  private static final AnswerStore.Known NONE = new AnswerStore.Known(Map.of(), Optional.empty());

  private final AccountStore accounts;
  private final AnswerStore answers;
  private final AnswerHashes hashes;

  public AccountPeople(AccountStore accounts, AnswerStore answers) {
    this.accounts = accounts;
    this.answers = answers;
    this.hashes = answers.hashes();
  }

  @Override
  public boolean identifiesBy(Set<String> attributes) {
    return answers.identifiesBy(attributes);
  }

  @Override
  public Person identify(Map<String, String> given) {
    if (!identifiesBy(given.keySet())) {
      throw new IllegalArgumentException("nobody is looked up by " + given.keySet());
    }
    String decoy = AnswerHashes.asSubject(hashes.decoy(given));
    return find(answers.find(given).orElse(decoy));
  }

  @Override
  public Person find(String key) {
    Optional<AccountStore.Kept> nearest = accounts.nearestSubject(key);
    String subject = nearest.map(found -> found.profile().account().subject()).orElse(key);
    AnswerStore.Known known = nearest.isPresent() ? answers.known(subject) : NONE;
    return new AccountPerson(key, subject.equals(key) && nearest.isPresent(), nearest, known);
  }

  @Override
  public Optional<Person> personOf(String subject) {
    return account(subject).map(account -> find(account.subject()));
  }

  @Override
  public Optional<Account> account(String subject) {
    return ForeignSubject.is(subject) ? Optional.empty() : accounts.findBySubject(subject);
  }

  @Override
  public void close() {
    // The database is the server's.
  }

  /** An account, or one that does not exist and is as its neighbour in all that can be measured. */
  private final class AccountPerson implements Person {
    private final String key;
    private final boolean real;
    private final Optional<AccountStore.Kept> nearest;
    private final AnswerStore.Known known;

    AccountPerson(
        String key, boolean real, Optional<AccountStore.Kept> nearest, AnswerStore.Known known) {
      this.key = key;
      this.real = real;
      this.nearest = nearest;
      this.known = known;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public Optional<String> subject() {
      return real ? Optional.of(key) : Optional.empty();
    }

    @Override
    public boolean knows(String attribute, String answer) {
      byte[] kept = known.answers().get(attribute);
      byte[] given = hashes.knowledge(attribute, key, answer);
      return Secrets.equal(kept == null ? NOTHING : kept, given) && real;
    }

    @Override
    public String passwordHash() {
      String hash = nearest.map(AccountStore.Kept::passwordHash).orElse(DecoyHash.USUAL);
      String decoy = DecoyHash.like(hash, hashes.seed("password", key));
      return real ? hash : decoy;
    }

    @Override
    public String pinHash() {
      String hash =
          known
              .pinHash()
              .filter(PasswordHash::isPhc)
              .or(() -> nearest.map(AccountStore.Kept::passwordHash))
              .orElse(DecoyHash.USUAL);
      String decoy = DecoyHash.like(hash, hashes.seed("pin", key));
      return real && known.pinHash().isPresent() ? hash : decoy;
    }

    @Override
    public Optional<String> address(Channel channel) {
      String attribute = channel == Channel.EMAIL ? "email" : "phone_number";
      Optional<String> address = nearest.map(found -> found.profile().attributes().get(attribute));
      return real ? address : Optional.empty();
    }

    @Override
    public byte[] decoySeed() {
      return hashes.seed("decoy", key);
    }

    /** The key is in no log: it would tell who calls. */
    @Override
    public String toString() {
      return "AccountPerson";
    }
  }
}
