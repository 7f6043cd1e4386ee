package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.account.SignOutPage;
import dev.latchstring.authorizationserver.client.ClientAssertions;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.client.ClientKeys;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.device.CodePage;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationEndpoint;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.device.OutcomePage;
import dev.latchstring.authorizationserver.device.RequestDescription;
import dev.latchstring.authorizationserver.device.RequestPage;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.ClientAddress;
import dev.latchstring.authorizationserver.http.HttpServer;
import dev.latchstring.authorizationserver.http.Routes;
import dev.latchstring.authorizationserver.introspection.IntrospectionEndpoint;
import dev.latchstring.authorizationserver.metadata.EndpointPaths;
import dev.latchstring.authorizationserver.metadata.Metadata;
import dev.latchstring.authorizationserver.page.Assets;
import dev.latchstring.authorizationserver.page.LocalPath;
import dev.latchstring.authorizationserver.page.NotFoundPage;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.registration.RegistrationEndpoint;
import dev.latchstring.authorizationserver.revocation.RevocationEndpoint;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.TokenEndpoint;
import dev.latchstring.authorizationserver.token.TokenIssuer;
import dev.latchstring.authorizationserver.token.grant.ClientCredentialsGrant;
import dev.latchstring.authorizationserver.token.grant.DeviceCodeGrant;
import dev.latchstring.authorizationserver.token.grant.Grant;
import dev.latchstring.authorizationserver.token.grant.RefreshTokenGrant;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.jwt.CryptoProviders;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/**
 * The composition root: every feature and every route of the authorization server.
 *
 * <p>A running server holds its port, its database and a few pools until it is stopped.
 */
public final class AuthorizationServer implements AutoCloseable {
  private static final EndpointPaths PATHS = EndpointPaths.STANDARD;

  private final ServerConfiguration configuration;
  private final URI issuer;
  private final Clock clock;
  private final SecureRandom random;
  private final HttpServer http;
  private final Storage storage;
  private final KeyFetcher keyFetcher;
  private final PasswordAuthentication passwords;

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
    Storage storage = Storage.open(configuration, clock, random);
    AuthorizationServer server =
        new AuthorizationServer(configuration, clock, random, http, storage);
    try {
      http.start(server.routes());
      storage.keepHouse();
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
      Storage storage) {
    this.configuration = configuration;
    this.clock = clock;
    this.random = random;
    this.http = http;
    this.storage = storage;
    this.issuer = issuer(configuration, http.port());
    this.keyFetcher =
        new KeyFetcher(
            HttpsUri.isLoopback(issuer)
                ? AddressPolicy.PUBLIC_AND_LOOPBACK
                : AddressPolicy.PUBLIC_ONLY);
    this.passwords =
        new PasswordAuthentication(
            storage.accounts,
            storage.passwordHash,
            Math.max(1, Runtime.getRuntime().availableProcessors()));
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
        new Routes(issuer.getRawPath(), new ClientAddress(configuration.trustedProxies()));
    RegisteredClients clients =
        new RegisteredClients(configuration.clients(), clock.instant(), storage.clients);
    ResourcePolicy resources = new ResourcePolicy(issuer, configuration.resources());
    endpoints(routes, clients, resources);
    pages(routes, clients, resources);
    return routes;
  }

  private void endpoints(Routes routes, RegisteredClients clients, ResourcePolicy resources) {
    String name = issuer.toString();
    boolean registration = configuration.dynamicRegistration().enabled();
    byte[] metadata = Json.bytes(Metadata.of(name, PATHS, resources.allScopes(), registration));
    for (URI place : WellKnown.authorizationServer(issuer)) {
      routes.absolute(
          place.getRawPath(), exchange -> exchange.answerCacheable(metadata, Metadata.MAX_AGE));
    }
    routes.get(
        PATHS.jwks(),
        exchange -> exchange.answerCacheable(storage.signingKeys.jwks(), Metadata.MAX_AGE));
    routes.absolute("/healthz", new HealthEndpoint(storage.database));

    AddressLimit limit = new AddressLimit(storage.attempts, !HttpsUri.isLoopback(issuer));
    ClientKeys keys = new ClientKeys(keyFetcher, clock);
    ClientAuthentication authentication =
        new ClientAuthentication(
            clients, new ClientAssertions(name, clients, keys, storage.replays, clock));
    routes.post(
        PATHS.deviceAuthorization(),
        new DeviceAuthorizationEndpoint(
            name + CodePage.PATH, authentication, resources, storage.devices, limit, clock));
    if (registration) {
      routes.post(
          PATHS.registration(), new RegistrationEndpoint(storage.clients, limit, clock, random));
    }

    List<Grant> grants =
        List.of(
            new DeviceCodeGrant(storage.devices, storage.grants, storage.accounts, clock, random),
            new ClientCredentialsGrant(resources),
            new RefreshTokenGrant(storage.refreshTokens, storage.grants, storage.accounts));
    routes.post(PATHS.token(), new TokenEndpoint(authentication, grants, resources, tokenIssuer()));

    PresentedAccessTokens accessTokens =
        new PresentedAccessTokens(name, storage.signingKeys, storage.opaqueTokens, clock);
    routes.post(
        PATHS.introspection(),
        new IntrospectionEndpoint(
            name,
            authentication,
            accessTokens,
            storage.refreshTokens,
            storage.revocations,
            storage.accounts));
    routes.post(
        PATHS.revocation(),
        new RevocationEndpoint(
            authentication,
            accessTokens,
            storage.refreshTokens,
            storage.grants,
            storage.revocations));
  }

  private TokenIssuer tokenIssuer() {
    return new TokenIssuer(
        issuer.toString(),
        storage.database,
        storage.signingKeys,
        storage.refreshTokens,
        storage.opaqueTokens,
        clock,
        random,
        configuration.lifetimes().accessToken());
  }

  private void pages(Routes routes, RegisteredClients clients, ResourcePolicy resources) {
    Assets assets = new Assets();
    Site site = new Site(issuer, assets, random);
    BrowserSessions sessions = new BrowserSessions(storage.signInSessions, storage.accounts);
    LocalPath destinations = new LocalPath(CodePage.PATH);
    RequestDescription description = new RequestDescription(clients::find, resources, clock);
    DeviceAuthorizationStore devices = storage.devices;
    routes.page(
        SignInPage.PATH,
        site,
        new SignInPage(site, sessions, passwords, storage.attempts, destinations));
    routes.page(SignOutPage.PATH, site, new SignOutPage(site, sessions));
    routes.page(CodePage.PATH, site, new CodePage(site, sessions, devices, storage.attempts));
    routes.page(RequestPage.PATH, site, new RequestPage(site, sessions, devices, description));
    routes.page(OutcomePage.PATH, site, new OutcomePage(site, sessions, devices, description));
    routes.files(Assets.PATH, assets);
    routes.otherwise(
        site, new NotFoundPage(), WellKnown.authorizationServer(issuer).getFirst().toString());
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
    passwords.close();
    keyFetcher.close();
    storage.close();
  }
}
