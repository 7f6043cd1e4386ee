package dev.latchstring.benchmarks.endpoints;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@code latch serve} on an SQLite file, as it comes: every commit is flushed to the device. */
final class Latch implements Contestant {
  /** Its refresh tokens rotate; those of clients that authenticate do not. */
  static final String PUBLIC_CLIENT = "app";

  private static final String TRUSTED = "https://platform.example";
  private static final String CONFIGURATION =
      """
      clients:
        - client_id: bench
          client_secret: "0123456789abcdef0123456789abcdef"
          redirect_uris: ["https://app.example/callback"]
          grant_types: [client_credentials, authorization_code, refresh_token, "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"]
          scope: "clinic:read openid"
        - client_id: app
          redirect_uris: ["https://app.example/callback"]
          grant_types: [authorization_code, refresh_token]
          scope: "clinic:read"
      accounts:
        - username: alice
          password: "correct horse battery"
      resources:
        - resource: http://localhost:9100/mcp
          scopes: [clinic:read, clinic:write]
        - resource: http://localhost:9101/mcp
          scopes: [vault:open]
      exchanges:
        - client: bench
          from: http://localhost:9100/mcp
          to: http://localhost:9101/mcp
          scope: vault:open
      trusted_issuers:
        - issuer: https://platform.example
          use: [workload]
          jwks: { keys: [KEY] }
          workloads:
            - subject: "job"
              resources: [http://localhost:9100/mcp]
              scope: "clinic:read"
      """;

  private final Path latch;
  private final ECKey platformKey;
  private volatile String cookie = "";

  Latch(Path latch) {
    this.latch = latch;
    try {
      this.platformKey =
          new ECKeyGenerator(Curve.P_256)
              .keyID("platform")
              .algorithm(JWSAlgorithm.ES256)
              .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  @Override
  public String name() {
    return "latch serve";
  }

  @Override
  public String description() {
    return "SQLite in a file, write-ahead log, `synchronous=FULL`: a commit that is answered is on"
        + " the device";
  }

  @Override
  public Set<Row> rows() {
    return EnumSet.allOf(Row.class);
  }

  @Override
  public List<String> command(Path directory, int port) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("latchstring.yaml"),
            CONFIGURATION.replace("KEY", platformKey.toPublicJWK().toJSONString()));
    return List.of(
        latch.toString(),
        "serve",
        "--config",
        configuration.toString(),
        "--port",
        Integer.toString(port),
        "--data",
        directory.resolve("data").toString());
  }

  @Override
  public Paths paths() {
    return new Paths(
        "/.well-known/oauth-authorization-server",
        "/jwks",
        "/token",
        "/introspect",
        "/userinfo",
        "/par",
        "/device_authorization");
  }

  /** Signs in, and allows each client once what it will ask for. */
  @Override
  public void prepare(Server server) throws IOException, InterruptedException {
    try (Browser browser = new Browser()) {
      Browser.Seen page = browser.open(server.base().resolve("/sign-in"));
      browser.submit(
          page, "/sign-in", Map.of("username", "alice", "password", "correct horse battery"));
      allow(browser, server, Rows.CLIENT, "clinic:read openid");
      allow(browser, server, PUBLIC_CLIENT, Rows.SCOPE);
      cookie = browser.cookies();
    }
  }

  private static void allow(Browser browser, Server server, String client, String scope)
      throws IOException, InterruptedException {
    Browser.Seen page = browser.open(server.base().resolve(authorize(client, scope)));
    browser.submit(page, "/authorize", Map.of("decision", "allow"));
  }

  private static String authorize(String client, String scope) {
    return "/authorize?"
        + Rows.authorizationRequest(client, scope)
        + "&resource="
        + Rows.encoded(Rows.RESOURCE);
  }

  @Override
  public Traffic codes(Server server, String client, String scope) {
    return Traffic.get(authorize(client, scope)).with("Cookie", cookie).answered(303, "");
  }

  /** In the database: the pages would take three requests for each. */
  @Override
  public void approve(Server server, List<String> userCodes) throws IOException {
    String url = "jdbc:sqlite:" + server.directory().resolve("data").resolve("latchstring.db");
    try (Connection connection = DriverManager.getConnection(url + "?busy_timeout=20000");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          update device_authorization set state = 'APPROVED', approved_scope = scope,
            subject = (select subject from account where username = 'alice'),
            auth_time = created_at, amr = 'pwd'
          where state = 'PENDING' and polled_at is null
          """);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  @Override
  public String refreshing() {
    return PUBLIC_CLIENT;
  }

  @Override
  public String exchangeTarget() {
    return "&scope=vault:open&resource=http%3A%2F%2Flocalhost%3A9101%2Fmcp";
  }

  @Override
  public String assertion(Server server) {
    try {
      Instant now = Instant.now();
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(platformKey.getKeyID()).build(),
              new JWTClaimsSet.Builder()
                  .issuer(TRUSTED)
                  .subject("job")
                  .audience(server.base().toString())
                  .issueTime(Date.from(now))
                  .expirationTime(Date.from(now.plusSeconds(3600)))
                  .jwtID(UUID.randomUUID().toString())
                  .build());
      jwt.sign(new ECDSASigner(platformKey));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("a P-256 key signs ES256", e);
    }
  }
}
