package dev.latchstring.cli.approve;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.approval.ApprovalRequest;
import dev.latchstring.authorizationserver.approval.ApprovalState;
import dev.latchstring.authorizationserver.approval.ApprovalStore;
import dev.latchstring.authorizationserver.approval.Asked;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A real authorization server, and another node on its database that asks people. */
final class AskingServer implements AutoCloseable {
  private static final String CLINIC = "https://clinic.example/mcp";
  private static final String PASSWORD = "correct horse";

  private final AuthorizationServer server;
  private final Database database;
  private final ApprovalStore approvals;
  private final AccountStore accounts;

  AskingServer() throws Exception {
    Path target = Files.createDirectories(Path.of("target", "test-servers").toAbsolutePath());
    Path data = Files.createTempDirectory(target, "data-");
    ServerConfiguration configuration =
        ConfigurationReader.parse(
            """
            port: 0
            data: %s
            clients:
              - client_id: latch
                client_name: Latch
                first_party: true
                scope: approvals
              - client_id: voice
                client_name: "Clinic phone line"
                client_secret: "voice-secret-0123456789-012"
                first_party: true
              - client_id: kitchen
                client_name: Kitchen display
              - client_id: plain
            accounts:
              - username: alice
                password: "%s"
              - username: bob
                password: "%s"
            resources:
              - resource: %s
                name: Riverside Clinic
                scopes: { "clinic:read": See appointments }
                default_scopes: [clinic:read]
            """
                .formatted(data, PASSWORD, PASSWORD, CLINIC),
            Overrides.of(Map.of()));
    SecureRandom random = new SecureRandom();
    server = AuthorizationServer.start(configuration);
    database = Database.open(configuration.database());
    approvals =
        new ApprovalStore(
            database,
            Clock.systemUTC(),
            random,
            ServerKey.load(null, data.resolve("server.key"), random));
    accounts = new AccountStore(database, Clock.systemUTC(), random, new PasswordHash(random));
  }

  String issuer() {
    return server.issuer().toString();
  }

  /** A telephone line asks whether the caller is who they say. */
  Asked ask(String username) {
    return approvals.ask(
        accounts.findByUsername(username).orElseThrow().subject(),
        new ApprovalRequest("voice", null, CLINIC, Scope.of("clinic:read"), "203.0.113.7"));
  }

  ApprovalState state(Asked asked) {
    return approvals.state(asked.id());
  }

  static String wrong(Asked asked) {
    return asked.number().equals("10") ? "11" : "10";
  }

  /** RFC 8628 §3.1: a display in a kitchen wants a login. */
  JsonNode device() throws Exception {
    return post("/device_authorization", Map.of("client_id", "kitchen", "resource", CLINIC));
  }

  /** {@code access_token}, or the error that a poll meets. */
  String poll(JsonNode device) throws Exception {
    JsonNode answer =
        post(
            "/token",
            Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "client_id",
                "kitchen",
                "device_code",
                device.path("device_code").asString()));
    return answer.has("access_token") ? "access_token" : answer.path("error").asString();
  }

  private JsonNode post(String path, Map<String, String> form) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return Json.readTree(
          http.send(
                  HttpRequest.newBuilder(URI.create(issuer() + path))
                      .header("Content-Type", "application/x-www-form-urlencoded")
                      .POST(HttpRequest.BodyPublishers.ofString(FormParameters.encode(form)))
                      .build(),
                  BodyHandlers.ofString())
              .body());
    }
  }

  /** The person uses a browser elsewhere, this once. */
  synchronized void decide(String username, String userCode) throws Exception {
    try (PlayedPerson person = new PlayedPerson(username, PASSWORD)) {
      person.decide(URI.create(issuer() + "/device"), userCode, "allow");
    }
  }

  @Override
  public void close() {
    database.close();
    server.close();
  }
}
