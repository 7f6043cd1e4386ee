package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.credential.RelyingParty;
import dev.latchstring.authorizationserver.document.MetadataDocuments;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.ClientAddress;
import dev.latchstring.authorizationserver.http.HttpServer;
import dev.latchstring.authorizationserver.http.Routes;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.trace.Traces;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.jwt.CryptoProviders;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * The composition root: storage, {@link Endpoints} and {@link Pages} on one HTTP server.
 *
 * <p>A running server holds its port, its database and a few pools until it is stopped.
 */
public final class AuthorizationServer implements AutoCloseable {
  private final ServerConfiguration configuration;
  private final URI issuer;
  private final Clock clock;
  private final SecureRandom random;
  private final HttpServer http;
  private final Storage storage;
  private final KeyFetcher keyFetcher;
  private final PasswordAuthentication passwords;
  private final RelyingParty relyingParty;
  private final Challenges challenges;
  private final Traces traces;

  /**
   * Begins to load, on another thread, what takes longest of a start. Whoever has something else to
   * do before {@link #start}, such as reading options, calls this first; nobody has to.
   */
  public static void prepare() {
    Thread.ofPlatform()
        .daemon()
        .name("prepare")
        .start(() -> {
          CryptoProviders.nativeProvider();
          HttpServer.prepare();
        });
  }

  /**
   * Starts a server.
   *
   * @throws ConfigurationException where it cannot start, with what to change
   */
  public static AuthorizationServer start(ServerConfiguration configuration) {
    return start(configuration, Clock.systemUTC(), new SecureRandom());
  }

  /** The same, with the time and the randomness of the caller's choice. */
  public static AuthorizationServer start(
      ServerConfiguration configuration, Clock clock, SecureRandom random) {
    HttpServer http =
        HttpServer.bind(configuration.bind(), configuration.port(), configuration.tls());
    try {
      return start(configuration, clock, random, http);
    } catch (RuntimeException e) {
      http.stop();
      throw e;
    }
  }

  private static AuthorizationServer start(
      ServerConfiguration configuration, Clock clock, SecureRandom random, HttpServer http) {
    Traces traces = Traces.start(configuration.traces(), configuration.testMode(), clock);
    AuthorizationServer server;
    try {
      Storage storage = Storage.open(configuration, clock, random);
      server = new AuthorizationServer(configuration, clock, random, http, storage, traces);
    } catch (RuntimeException e) {
      traces.close();
      throw e;
    }
    try {
      http.start(server.routes());
      server.storage.keepHouse();
      server.challenges.warmUp();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private AuthorizationServer(
      ServerConfiguration configuration,
      Clock clock,
      SecureRandom random,
      HttpServer http,
      Storage storage,
      Traces traces) {
    this.configuration = configuration;
    this.clock = clock;
    this.random = random;
    this.http = http;
    this.storage = storage;
    this.traces = traces;
    this.issuer = issuer(configuration, http.port());
    this.keyFetcher =
        new KeyFetcher(
            HttpsUri.isLoopback(issuer)
                ? AddressPolicy.PUBLIC_AND_LOOPBACK
                : AddressPolicy.PUBLIC_ONLY,
            configuration.ownNetwork());
    this.passwords =
        new PasswordAuthentication(
            storage.accounts,
            storage.passwordHash,
            Math.max(1, Runtime.getRuntime().availableProcessors()));
    this.relyingParty = RelyingParty.of(issuer, configuration.secondFactors().appOrigins());
    this.challenges =
        new Challenges(configuration, issuer, relyingParty, storage, passwords, clock, random);
  }

  private static URI issuer(ServerConfiguration configuration, int port) {
    URI configured = configuration.issuer();
    return configured != null
        ? configured
        : URI.create((configuration.tls() == null ? "http" : "https") + "://localhost:" + port);
  }

  /** Every feature, and where it is mounted. */
  private Routes routes() {
    Routes routes =
        new Routes(issuer.getRawPath(), new ClientAddress(configuration.trustedProxies()), traces);
    boolean loopback = HttpsUri.isLoopback(issuer);
    MetadataDocuments documents =
        new MetadataDocuments(
            configuration.clientIdMetadataDocuments(),
            loopback,
            keyFetcher::get,
            storage.metadataDocuments,
            new AddressLimit(storage.attempts, !loopback),
            storage,
            clock);
    RegisteredClients clients =
        new RegisteredClients(configuration.clients(), storage.clients, documents, clock);
    ResourcePolicy resources = new ResourcePolicy(issuer, configuration.resources());
    new Endpoints(configuration, issuer, storage, keyFetcher, clock, random)
        .mount(routes, clients, resources, challenges);
    new Pages(
            issuer,
            configuration.requirePushedRequests(),
            relyingParty,
            storage,
            passwords,
            clock,
            random)
        .mount(routes, clients, resources);
    if (configuration.testMode()) {
      routes.refuseForwarded();
    }
    return routes;
  }

  /** The issuer, as in metadata and tokens. */
  public URI issuer() {
    return issuer;
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  /** What this start created. */
  public FirstRun firstRun() {
    return storage.firstRun;
  }

  /** Takes no new requests, finishes those in flight (at most 30 seconds), and ends. */
  @Override
  public void close() {
    http.stop();
    challenges.close();
    passwords.close();
    keyFetcher.close();
    traces.close();
    storage.close();
  }
}
