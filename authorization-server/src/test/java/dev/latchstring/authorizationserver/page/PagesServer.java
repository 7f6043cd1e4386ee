package dev.latchstring.authorizationserver.page;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.account.AccountSpecification;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.account.SignInSessionStore;
import dev.latchstring.authorizationserver.account.SignOutPage;
import dev.latchstring.authorizationserver.config.DeviceSettings;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.device.CodePage;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationRequest;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.device.IssuedCodes;
import dev.latchstring.authorizationserver.device.OutcomePage;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.authorizationserver.device.RequestDescription;
import dev.latchstring.authorizationserver.device.RequestPage;
import dev.latchstring.authorizationserver.device.ResourceDescriptions;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.ClientMetadata;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The pages alone, over real HTTP and a real database: with a clock that tests turn, and with any
 * issuer, as behind a proxy that speaks TLS.
 */
public final class PagesServer implements AutoCloseable {
  public static final String CLINIC = "https://clinic.example/mcp";
  public static final Duration CODE_LIFETIME = Duration.ofMinutes(10);
  public static final Duration IDLE = Duration.ofMinutes(15);

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final SecureRandom random = new SecureRandom();
  private final Map<String, RegisteredClient> clients = new ConcurrentHashMap<>();
  private final Database database;
  private final PasswordAuthentication passwords;
  private final Clock clock;
  private final URI issuer;
  private final DeviceAuthorizationStore authorizations;

  /**
   * @param issuer null for {@code http://localhost:PORT}
   */
  public PagesServer(Path folder, Clock clock, @Nullable URI issuer) throws Exception {
    this.clock = clock;
    connector.setHost("127.0.0.1");
    connector.open();
    server.addConnector(connector);
    this.issuer =
        issuer == null ? URI.create("http://localhost:" + connector.getLocalPort()) : issuer;
    database = Database.open(DatabaseConfiguration.sqlite(folder.resolve("pages.db")));
    ServerKey key = ServerKey.load(null, folder.resolve("server.key"), random);
    PasswordHash hash = new PasswordHash(random);
    AccountStore accounts = new AccountStore(database, clock, random, hash);
    accounts.provision(
        List.of(
            new AccountSpecification(
                "alice",
                null,
                RunningServer.CORRECT_HORSE,
                "Alice Moreau",
                List.of("front-desk"),
                Map.of()),
            new AccountSpecification(
                "bob", null, RunningServer.BATTERY_STAPLE, "bob", List.of(), Map.of())));
    passwords = new PasswordAuthentication(accounts, hash, 2);
    authorizations =
        new DeviceAuthorizationStore(
            database, clock, random, key, CODE_LIFETIME, DeviceSettings.DEFAULT.interval());
    AttemptStore attempts = new AttemptStore(database, clock, key);
    BrowserSessions sessions =
        new BrowserSessions(
            new SignInSessionStore(database, clock, random, IDLE, Duration.ofHours(8)), accounts);
    mount(sessions, attempts);
    server.start();
  }

  private void mount(BrowserSessions sessions, AttemptStore attempts) {
    Assets assets = new Assets();
    Site site = new Site(issuer, assets, random);
    RequestDescription description =
        new RequestDescription(
            new AccessDescription(id -> Optional.ofNullable(clients.get(id)), new Clinic()), clock);
    LocalPath destinations = new LocalPath(CodePage.PATH);
    Map<String, Page> pages =
        Map.of(
            SignInPage.PATH,
            new SignInPage(site, sessions, passwords, attempts, destinations),
            SignOutPage.PATH,
            new SignOutPage(site, sessions),
            CodePage.PATH,
            new CodePage(site, sessions, authorizations, attempts),
            RequestPage.PATH,
            new RequestPage(site, sessions, authorizations, description),
            OutcomePage.PATH,
            new OutcomePage(site, sessions, authorizations, description),
            "/fault",
            new FaultyPage());
    String base = issuer.getPath() == null ? "" : issuer.getPath();
    Function<HttpServletRequest, String> address =
        request ->
            Optional.ofNullable(request.getHeader("Test-Address")).orElse(request.getRemoteAddr());
    ServletContextHandler context = new ServletContextHandler("/");
    pages.forEach((path, page) ->
        context.addServlet(new ServletHolder(new PageServlet(site, page, address)), base + path));
    context.addServlet(new ServletHolder(assets), base + Assets.PATH + "/*");
    context.addServlet(new ServletHolder(new PageServlet(site, new NotFoundPage(), address)), "/");
    server.setHandler(context);
  }

  /** The resource and scopes as an operator describes them. */
  private static final class Clinic implements ResourceDescriptions {
    @Override
    public String name(String resource) {
      return resource.equals(CLINIC) ? "Riverside Clinic" : URI.create(resource).getHost();
    }

    @Override
    public @Nullable String words(String resource, String scope) {
      return switch (scope) {
        case "clinic:read" -> "Look up patients and their appointments";
        case "clinic:write" -> "Book and cancel appointments";
        default -> null;
      };
    }
  }

  /** A page with a fault in it. */
  private static final class FaultyPage implements Page {
    @Override
    public PageAnswer get(PageRequest request) {
      throw new IllegalStateException("the secret cause");
    }

    @Override
    public PageAnswer post(PageRequest request) {
      throw new IllegalStateException("the secret cause");
    }
  }

  public RegisteredClient client(String clientId, Origin origin, Map<String, Object> metadata) {
    RegisteredClient client =
        new RegisteredClient(
            clientId,
            null,
            Json.read(Json.write(metadata), ClientMetadata.class),
            clock.instant(),
            origin);
    clients.put(clientId, client);
    return client;
  }

  /** A device asks. */
  public IssuedCodes ask(String clientId, String... scopes) {
    return authorizations
        .create(
            new DeviceAuthorizationRequest(
                clientId, Scope.of(scopes), CLINIC, "203.0.113.7", "latch/0.1", null))
        .toCompletableFuture()
        .join();
  }

  /** What the device is told when it asks again. */
  public Poll poll(IssuedCodes codes, String clientId) {
    return authorizations.poll(codes.deviceCode(), clientId);
  }

  public int port() {
    return connector.getLocalPort();
  }

  public URI issuer() {
    return issuer;
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
    passwords.close();
    database.close();
  }
}
