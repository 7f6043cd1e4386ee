package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.Scope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A running server, and another node on the same database where questions are asked: what asks
 * people is none of this package's.
 */
public final class ApprovalScene implements AutoCloseable {
  /** A first-party client that may answer for people, and others that may not. */
  static final String YAML =
      RunningServer.CLINIC_YAML
          .replace(
              "accounts:\n",
              """
                - client_id: latch
                  client_name: Latch on a laptop
                  first_party: true
                  scope: "approvals clinic:read"
                - client_id: voice
                  client_name: Clinic phone line
                  client_secret: "voice-secret-0123456789-012"
                  first_party: true
                  scope: "clinic:read clinic:write"
                - client_id: unnamed
                  first_party: true
                - client_id: outsider
                  scope: "approvals clinic:read"
              accounts:
              """)
          .replace(
              "scopes: [clinic:read, clinic:write]",
              "scopes: {\"clinic:read\": See appointments, \"clinic:write\": Book appointments}");

  static final ApprovalRequest REQUEST =
      new ApprovalRequest(
          "voice", null, RunningServer.CLINIC, Scope.of("clinic:read"), "203.0.113.7");

  final RunningServer server;
  final ApprovalStore approvals;
  private final Database database;
  private final AccountStore accounts;

  public ApprovalScene(DatabaseKind kind) {
    DatabaseConfiguration configuration = kind.fresh();
    TestClock clock = new TestClock();
    Path data = RunningServer.directory();
    SecureRandom random = new SecureRandom();
    server = RunningServer.start(configuration, YAML, clock, data);
    database = Database.open(configuration);
    approvals =
        new ApprovalStore(
            database, clock, random, ServerKey.load(null, data.resolve("server.key"), random));
    accounts = new AccountStore(database, clock, random, new PasswordHash(random));
  }

  public RunningServer server() {
    return server;
  }

  String subject(String username) {
    return accounts.findByUsername(username).orElseThrow().subject();
  }

  /** Somebody with the worst name they could think of asks. */
  public Asked askByStranger(String username, String clientId) {
    return approvals.ask(
        subject(username),
        new ApprovalRequest(
            clientId, null, RunningServer.CLINIC, Scope.of("x".repeat(200)), "2001:db8::7"));
  }

  public Asked ask(String username) {
    return approvals.ask(subject(username), REQUEST);
  }

  public ApprovalState state(Asked asked) {
    return approvals.state(asked.id());
  }

  public static String wrong(Asked asked) {
    return asked.number().equals("10") ? "11" : "10";
  }

  /** A login at the server itself, through the real pages. */
  JsonNode askedBy(String clientId, String scope) {
    return server
        .post(
            "/device_authorization",
            "client_id",
            clientId,
            "resource",
            server.issuer(),
            "scope",
            scope)
        .json();
  }

  String token(String username, String password) {
    JsonNode asked = askedBy("latch", "approvals");
    server.decide(asked, username, password, "allow");
    RunningServer.Answer answer = server.poll("latch", asked);
    if (answer.status() != 200) {
      throw new AssertionError(answer.body());
    }
    return answer.text("access_token");
  }

  /** A form of a program that presents a token. */
  RunningServer.Answer post(String token, String path, Map<String, String> form) {
    return server.postRaw(
        path,
        dev.latchstring.oauth.FormParameters.encode(form),
        "Authorization",
        "Bearer " + token);
  }

  RunningServer.Answer list(String token) {
    return server.get(ApprovalsEndpoint.PATH, "Authorization", "Bearer " + token);
  }

  @Override
  public void close() {
    database.close();
    server.close();
  }
}
