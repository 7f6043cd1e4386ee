package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.account.AccountSpecification;
import dev.latchstring.authorizationserver.credential.SecondFactorSettings;
import dev.latchstring.authorizationserver.document.DocumentPolicy;
import dev.latchstring.authorizationserver.registration.InitialAccessTokens;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.trace.TraceSettings;
import dev.latchstring.oauth.fetch.OwnNetwork;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the operator decides, checked: what {@code AuthorizationServer.start} is built from.
 *
 * @param issuer the issuer, or null for {@code http(s)://localhost:PORT} with the port that is
 *     bound
 * @param bind the address to listen on; {@code localhost} unless told otherwise
 * @param port the port to listen on; 0 for any free one
 * @param data the directory for the database file and the key that guards the signing keys
 * @param keyEncryptionKey what guards the signing keys in the database, in base64; null for a file
 *     in {@code data}
 * @param tls null to speak plain HTTP: on loopback, or behind a proxy that speaks TLS
 * @param accounts null where the configuration does not speak of accounts: those there are stay,
 *     and where there are none one is made; an empty list disables all
 * @param resources empty means development: on a loopback issuer any loopback resource is accepted
 * @param assertions whose tokens are exchanged for ours, and ours for whose
 * @param requirePushedRequests RFC 9126 §5: whether no authorization request is taken but a pushed
 *     one
 * @param device how devices without a browser log in
 * @param ownNetwork where documents and keys are fetched from beside the Internet
 * @param delivery how one-time codes reach people
 * @param people whom a login by challenge is about
 * @param challenge how people prove who they are at the authorization challenge endpoint
 * @param testMode whether this is a server for tests: on loopback, with a data directory of its
 *     own, and with keys that end with it
 */
public record ServerConfiguration(
    @Nullable URI issuer,
    String bind,
    int port,
    Path data,
    DatabaseConfiguration database,
    @Nullable String keyEncryptionKey,
    @Nullable TlsSettings tls,
    TrustedProxies trustedProxies,
    List<ClientSettings> clients,
    @Nullable List<AccountSpecification> accounts,
    List<ResourceSettings> resources,
    AssertionSettings assertions,
    RegistrationSettings dynamicRegistration,
    DocumentPolicy clientIdMetadataDocuments,
    boolean requirePushedRequests,
    Lifetimes lifetimes,
    DeviceSettings device,
    DpopSettings dpop,
    OwnNetwork ownNetwork,
    TraceSettings traces,
    ContextSettings context,
    DeliverySettings delivery,
    SecondFactorSettings secondFactors,
    PeopleSettings people,
    ChallengeSettings challenge,
    boolean testMode) {

  /** The port where none is named. */
  public static final int DEFAULT_PORT = 9000;

  /** The database's file in {@code data}. */
  public static final String DATABASE_FILE = "latchstring.db";

  public ServerConfiguration {
    clients = List.copyOf(clients);
    accounts = accounts == null ? null : List.copyOf(accounts);
    resources = List.copyOf(resources);
    if (testMode) {
      TestModeRules.requireOutOfReach(issuer, bind, trustedProxies);
      TestModeRules.requireOwn(database, ownDatabase(data));
    } else {
      TestModeRules.requireNoTests(clients);
    }
  }

  /** Whether there is a client that the authorization challenge endpoint is for. */
  public boolean hasFirstPartyClient() {
    return clients.stream().anyMatch(ClientSettings::firstParty);
  }

  /** Whether the database is the file in {@code data}. */
  public boolean usesOwnDatabase() {
    return database.equals(ownDatabase(data));
  }

  static DatabaseConfiguration ownDatabase(Path data) {
    return DatabaseConfiguration.sqlite(data.resolve(DATABASE_FILE));
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "ServerConfiguration[issuer="
        + issuer
        + ", bind="
        + bind
        + ", port="
        + port
        + ", data="
        + data
        + ", database="
        + database
        + "]";
  }

  /**
   * TLS from PEM files, read again whenever they change.
   *
   * @param certificate the certificate, then those between it and the root
   * @param privateKey its key: PKCS #8, not encrypted
   */
  public record TlsSettings(Path certificate, Path privateKey) {}

  /**
   * RFC 7591. Whether strangers may register clients, and how many.
   *
   * @param initialAccessTokens of which one is needed; none where whoever comes may register
   * @param unusedAfter for how long a registration is kept that nobody uses any more; 90 days by
   *     default
   */
  public record RegistrationSettings(
      boolean enabled,
      int maxClients,
      InitialAccessTokens initialAccessTokens,
      Duration unusedAfter) {
    public static final RegistrationSettings DEFAULT =
        new RegistrationSettings(true, 10_000, InitialAccessTokens.NONE, Duration.ofDays(90));
  }

  /**
   * RFC 9449.
   *
   * @param nonceRequired whether every proof must have a nonce of this server
   */
  public record DpopSettings(boolean nonceRequired) {
    public static final DpopSettings DEFAULT = new DpopSettings(false);
  }

  /**
   * How long things live.
   *
   * @param accessToken 10 minutes by default
   * @param refreshToken 30 days by default, counted from each use
   * @param deviceCode 10 minutes by default
   * @param signingKey how long a key signs before the next takes over; 30 days by default
   */
  public record Lifetimes(
      Duration accessToken, Duration refreshToken, Duration deviceCode, Duration signingKey) {
    public static final Lifetimes DEFAULT =
        new Lifetimes(
            Duration.ofMinutes(10),
            Duration.ofDays(30),
            Duration.ofMinutes(10),
            Duration.ofDays(30));
  }
}
