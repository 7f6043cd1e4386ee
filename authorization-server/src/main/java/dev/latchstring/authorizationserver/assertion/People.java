package dev.latchstring.authorizationserver.assertion;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.ForeignSubject;
import dev.latchstring.authorizationserver.assertion.AssertionVerifier.Verified;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant §4.1. Who a person of a trusted issuer is here.
 *
 * <p>The account whose username is exactly the configured claim. Where the operator allows it,
 * somebody without an account is let in under a name of the issuer's; a disabled account is not
 * somebody without an account.
 */
public final class People {
  private final AccountStore accounts;

  public People(AccountStore accounts) {
    this.accounts = accounts;
  }

  /**
   * A person.
   *
   * @param username null where they have no account
   */
  public record Person(String subject, @Nullable String username, List<String> teams) {
    static Person of(Account account) {
      return new Person(account.subject(), account.username(), account.teams());
    }
  }

  /**
   * The person whom verified claims are about.
   *
   * @throws OAuthException {@code invalid_grant} where nobody is, or may be, that person
   */
  public Person find(Verified verified) {
    TrustedIssuerSettings.People rules = verified.issuer().people();
    String name = verified.text(rules.claim());
    if (name == null || name.isBlank()) {
      throw refused("the assertion has no claim " + rules.claim() + " that names the person");
    }
    if (rules.claim().equals("email") && isUnverified(verified)) {
      throw refused("the person's e-mail address is not verified");
    }
    // A name that only looks the same once it is normalised may be another person's there.
    Optional<Account> account = accounts.findByUsername(name);
    if (account.isPresent() && name.equals(account.get().username())) {
      return Person.of(account.get());
    }
    if (!rules.provision() || accounts.isTaken(name)) {
      throw refused("the person has no account here");
    }
    return new Person(
        ForeignSubject.of(verified.issuer().issuer(), verified.subject()), null, rules.teams());
  }

  private static boolean isUnverified(Verified verified) {
    var flag = verified.payload().path("email_verified");
    return !flag.isMissingNode() && !(flag.isBoolean() && flag.asBoolean());
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}
