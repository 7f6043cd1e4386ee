package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.challenge.people.PeopleSource;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.Logins;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-first-party-apps-04 §6. What logins are good for: those of accounts in a
 * browser, and those by challenge, whose context may say for how long.
 */
public final class ChallengeLogins implements Logins {
  /** How long a client has to begin, once it was told that the person has to be asked. */
  private static final Duration BEGIN = Duration.ofMinutes(10);

  private final AccountStore accounts;
  private final Contexts contexts;
  private final PeopleSource people;
  private final Database database;
  private final AuthSessionStore sessions;
  private final Clock clock;

  public ChallengeLogins(
      AccountStore accounts,
      ChallengePolicy policy,
      Database database,
      AuthSessionStore sessions,
      Clock clock) {
    this.accounts = accounts;
    this.contexts = policy.contexts();
    this.people = policy.people();
    this.database = database;
    this.sessions = sessions;
    this.clock = clock;
  }

  @Override
  public Optional<Account> account(String subject) {
    return accounts.findBySubject(subject).or(() -> people.account(subject));
  }

  @Override
  public Optional<Profile> profile(String subject) {
    return accounts
        .profile(subject)
        .or(() -> people.account(subject).map(account -> new Profile(account, Map.of())));
  }

  @Override
  public boolean isRefreshable(@Nullable String acr) {
    return contexts.refreshes(acr);
  }

  @Override
  public void requireGood(
      GivenGrant grant, RegisteredClient client, @Nullable String keyThumbprint) {
    if (!client.isFirstParty() || isOfBrowser(grant.acr()) || isGood(grant)) {
      return;
    }
    OAuthException refusal =
        new OAuthException(
            ErrorCode.INSUFFICIENT_AUTHORIZATION,
            "the login is too long ago, or this server no longer takes one of its kind; begin at the"
                + " authorization challenge endpoint with this auth_session");
    throw people
        .personOf(grant.subject())
        .map(person -> refusal.continuedBy(session(client, keyThumbprint, person.key())))
        .orElse(refusal);
  }

  private static boolean isOfBrowser(@Nullable String acr) {
    return acr == null || AuthorizationRequestRules.MET.contains(acr);
  }

  /** A context that was configured away since is good for nothing. */
  private boolean isGood(GivenGrant grant) {
    AuthenticationContext context = contexts.find(grant.acr()).orElse(null);
    if (context == null) {
      return false;
    }
    Duration good = context.reauthenticateAfter();
    return context.refresh()
        && (good == null || clock.instant().isBefore(grant.authenticationTime().plus(good)));
  }

  private String session(RegisteredClient client, @Nullable String keyThumbprint, String person) {
    String name = sessions.newName();
    Instant expiresAt = clock.instant().plus(BEGIN);
    database.write(handle -> {
      sessions.create(
          handle, name, client.clientId(), keyThumbprint, Login.of(person), null, expiresAt);
      return true;
    });
    return name;
  }

  @Override
  public String sessionAfter(String code) {
    return sessions.nameAfter(code);
  }

  @Override
  public void redeemed(Handle transaction, String code, String grantId) {
    sessions.redeemed(transaction, code, grantId);
  }
}
