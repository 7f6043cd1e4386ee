package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.account.AccountSpecification;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.account.SignInSessionStore;
import dev.latchstring.authorizationserver.approval.ApprovalStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationCodeStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestStore;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore;
import dev.latchstring.authorizationserver.challenge.people.AnswerStore;
import dev.latchstring.authorizationserver.challenge.people.NormalForms;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.consent.ConsentStore;
import dev.latchstring.authorizationserver.credential.PasskeyStore;
import dev.latchstring.authorizationserver.credential.PendingEnrolments;
import dev.latchstring.authorizationserver.credential.TotpSecret;
import dev.latchstring.authorizationserver.credential.TotpSecretStore;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.document.ClientEvents;
import dev.latchstring.authorizationserver.document.MetadataDocumentStore;
import dev.latchstring.authorizationserver.keys.KeyRotation;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.logout.LogoutTickets;
import dev.latchstring.authorizationserver.registration.ClientStore;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseException;
import dev.latchstring.authorizationserver.store.Housekeeping;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.OpaqueTokenStore;
import dev.latchstring.authorizationserver.token.RefreshTokenStore;
import dev.latchstring.authorizationserver.token.ReplayStore;
import dev.latchstring.authorizationserver.token.RevocationStore;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.dpop.DpopNonces;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept: the directory, the database in it or elsewhere, the keys, and a store for each
 * kind of thing. Opening it makes what is not there yet.
 */
final class Storage implements AutoCloseable, ClientEvents {
  /** Where no account is configured. */
  private static final String FIRST_USERNAME = "admin";

  /**
   * How long a registration is kept with which nobody ever logged in: a login comes right after it,
   * and whoever registers for nothing must not fill the server for long.
   */
  private static final Duration NEVER_USED = Duration.ofDays(3);

  /** The most clients' metadata documents that are kept, of at most 5 KiB each. */
  private static final int METADATA_DOCUMENTS = 10_000;

  private static final Duration SESSION_IDLE = Duration.ofHours(1);
  private static final Duration SESSION_LIFETIME = Duration.ofHours(12);

  /** How often expired rows are deleted and keys are looked after. */
  private static final Duration SWEEP = Duration.ofMinutes(1);

  /** How long the next signing key is published before it signs, unless it signs for less. */
  private static final Duration NOTICE = Duration.ofDays(2);

  final Database database;
  final SigningKeys signingKeys;
  final AccountStore accounts;
  final PasswordHash passwordHash;
  final AttemptStore attempts;
  final SignInSessionStore signInSessions;
  final TotpSecretStore totpSecrets;
  final PasskeyStore passkeys;
  final PendingEnrolments pendingEnrolments;
  final ClientStore clients;
  final MetadataDocumentStore metadataDocuments;
  final DeviceAuthorizationStore devices;
  final AuthorizationRequestStore authorizationRequests;
  final AuthorizationCodeStore authorizationCodes;
  final ConsentStore consents;
  final ApprovalStore approvals;
  final AuthSessionStore authSessions;
  final AnswerStore answers;
  final ServerKey serverKey;
  final GrantStore grants;
  final RefreshTokenStore refreshTokens;
  final OpaqueTokenStore opaqueTokens;
  final RevocationStore revocations;
  final ReplayStore replays;
  final DpopNonces dpopNonces;
  final LogoutTickets logoutTickets;
  final FirstRun firstRun;
  private final DataDirectory directory;
  private final Duration unusedClientsAfter;
  private final Clock clock;
  private @Nullable Housekeeping housekeeping;

  /**
   * @throws ConfigurationException where the directory or the database cannot be used
   */
  static Storage open(ServerConfiguration configuration, Clock clock, SecureRandom random) {
    List<String> created = new ArrayList<>();
    DataDirectory directory = DataDirectory.open(configuration, created);
    try {
      ServerKey key = directory.serverKey(random, created);
      Database database = Database.open(configuration.database());
      try {
        return new Storage(configuration, directory, database, key, clock, random, created);
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
    } catch (DatabaseException e) {
      directory.close();
      throw new ConfigurationException(e.getMessage() + ". " + e.hint());
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private Storage(
      ServerConfiguration configuration,
      DataDirectory directory,
      Database database,
      ServerKey key,
      Clock clock,
      SecureRandom random,
      List<String> created) {
    ServerConfiguration.Lifetimes lifetimes = configuration.lifetimes();
    this.directory = directory;
    this.database = database;
    this.signingKeys = SigningKeys.open(database, key, rotation(lifetimes), clock, random);
    this.passwordHash = new PasswordHash(random);
    this.accounts = new AccountStore(database, clock, random, passwordHash);
    this.attempts = new AttemptStore(database, clock, key);
    this.signInSessions =
        new SignInSessionStore(database, clock, random, SESSION_IDLE, SESSION_LIFETIME);
    this.totpSecrets = new TotpSecretStore(database, clock, key, random);
    this.passkeys = new PasskeyStore(database, clock);
    this.pendingEnrolments = new PendingEnrolments(database, clock, key, random);
    this.clients = new ClientStore(database, configuration.dynamicRegistration().maxClients());
    this.metadataDocuments = new MetadataDocumentStore(database, METADATA_DOCUMENTS);
    this.unusedClientsAfter = configuration.dynamicRegistration().unusedAfter();
    this.devices =
        new DeviceAuthorizationStore(
            database,
            clock,
            random,
            key,
            lifetimes.deviceCode(),
            configuration.device().interval());
    this.authorizationRequests = new AuthorizationRequestStore(database, clock, random);
    this.authorizationCodes = new AuthorizationCodeStore(database, clock, random);
    this.consents = new ConsentStore(database, clock, random);
    this.approvals = new ApprovalStore(database, clock, random, key);
    this.authSessions = new AuthSessionStore(database, clock, random, key);
    this.answers =
        new AnswerStore(
            database,
            key,
            new NormalForms(configuration.people().attributes()),
            configuration.challenge().identifying(),
            passwordHash);
    this.serverKey = key;
    this.grants = new GrantStore(database, clock, random, lifetimes.accessToken());
    this.refreshTokens =
        new RefreshTokenStore(
            database,
            clock,
            random,
            key,
            grants,
            lifetimes.refreshToken(),
            lifetimes.accessToken());
    this.opaqueTokens = new OpaqueTokenStore(database, clock);
    this.revocations = new RevocationStore(database);
    this.replays = new ReplayStore(database);
    this.logoutTickets = new LogoutTickets(key.derive("end-session")::hmac, clock);
    this.dpopNonces = new DpopNonces(key.derive("dpop-nonce")::hmac, clock);
    this.firstRun = provision(configuration, random, created);
    this.clock = clock;
  }

  private static KeyRotation rotation(ServerConfiguration.Lifetimes lifetimes) {
    Duration period = lifetimes.signingKey();
    Duration notice = period.dividedBy(4).compareTo(NOTICE) < 0 ? period.dividedBy(4) : NOTICE;
    return new KeyRotation(period, notice, lifetimes.accessToken().plus(NOTICE));
  }

  private FirstRun provision(
      ServerConfiguration configuration, SecureRandom random, List<String> created) {
    List<AccountSpecification> configured = configuration.accounts();
    answers.seal();
    if (configured != null) {
      accounts.provision(configured);
      answers.provision(configured);
      provisionSecondFactors(configuration.secondFactors().totpSecrets());
      return new FirstRun(configuration.data(), created, null, null);
    }
    if (!accounts.isEmpty()) {
      return new FirstRun(configuration.data(), created, null, null);
    }
    String password = Secrets.newToken(random).substring(0, 20);
    List<AccountSpecification> first =
        List.of(
            new AccountSpecification(
                FIRST_USERNAME, password, null, FIRST_USERNAME, List.of(), Map.of()));
    accounts.provision(first);
    answers.provision(first);
    created.add("an account, " + FIRST_USERNAME);
    return new FirstRun(configuration.data(), created, FIRST_USERNAME, password);
  }

  private void provisionSecondFactors(Map<String, TotpSecret> byUsername) {
    Map<String, TotpSecret> bySubject = new HashMap<>();
    byUsername.forEach((username, secret) ->
        accounts
            .findByUsername(username)
            .ifPresent(account -> bySubject.put(account.subject(), secret)));
    totpSecrets.provision(bySubject);
  }

  /**
   * Begins what is due regularly: once the server answers, for it has a lot to do on a first run.
   */
  void keepHouse() {
    housekeeping =
        Housekeeping.start(
            database, clock, SWEEP, List.of(signingKeys::maintain, this::deleteUnusedClients));
  }

  private void deleteUnusedClients() {
    Duration never = unusedClientsAfter.compareTo(NEVER_USED) < 0 ? unusedClientsAfter : NEVER_USED;
    Instant now = clock.instant();
    var unused = clients.deleteUnused(now.minus(unusedClientsAfter), now.minus(never));
  }

  /** Ends a client that registered itself: what it has under way, and every login it was given. */
  void endClient(String clientId) {
    database.write(handle -> {
      // What can still become a grant goes first, so that none is made after grants were revoked.
      devices.deleteAllOf(handle, clientId);
      clients.delete(handle, clientId);
      grants.revokeAllOf(handle, clientId);
      return true;
    });
  }

  @Override
  public void endLogins(String clientId) {
    database.write(handle -> {
      devices.deleteAllOf(handle, clientId);
      authorizationCodes.withdrawAllOf(handle, clientId);
      consents.forgetAllOf(handle, clientId);
      grants.revokeAllOf(handle, clientId);
      return true;
    });
  }

  @Override
  public void askAgain(String clientId) {
    database.write(handle -> {
      consents.forgetAllOf(handle, clientId);
      return true;
    });
  }

  @Override
  public void close() {
    if (housekeeping != null) {
      housekeeping.close();
    }
    database.close();
    directory.close();
  }
}
