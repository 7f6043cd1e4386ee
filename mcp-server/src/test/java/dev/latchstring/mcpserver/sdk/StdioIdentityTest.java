package dev.latchstring.mcpserver.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.audit.AuditEntry;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A server of the official SDK on stdio, which a gateway calls on behalf of people. */
@Timeout(300)
class StdioIdentityTest {
  private static final String AUDIENCE = "urn:example:team-tools";

  private final TestIssuer issuer = TestIssuer.start(Clock.systemUTC());
  private final ECKey key = issuer.newEcKey("ec-1");
  private final IdentityAssertions identities =
      IdentityAssertions.builder(AUDIENCE).issuer(issuer.url()).build();
  private final BlockingQueue<AuditEntry> audited = new LinkedBlockingQueue<>();
  private McpSyncServer server;
  private OutputStream toServer;
  private BufferedReader fromServer;
  private int id;

  @BeforeEach
  void start() throws IOException {
    ToolAuthorizer authorizer =
        ToolAuthorizer.builder(Requirement.nobody())
            .tool("whoami", Requirement.anyCaller())
            .tool("git_push", Requirement.scopes("repo:write", "repo:read").teams("platform"))
            .tool(
                "drop_database", Requirement.scopes("db").acr("mfa").maxAge(Duration.ofMinutes(5)))
            .audit(audited::add)
            .build();
    ProtectedTools tools = new ProtectedTools(authorizer, identities);
    PipedInputStream in = new PipedInputStream(1 << 16);
    toServer = new PipedOutputStream(in);
    PipedOutputStream out = new PipedOutputStream();
    fromServer =
        new BufferedReader(new InputStreamReader(new PipedInputStream(out, 1 << 16), UTF_8));
    server =
        McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper(), in, out))
            .serverInfo("team-tools", "1")
            .addToolFilter(tools.listed())
            .tools(
                tools.tool(
                    tool("whoami"),
                    (caller, request) ->
                        text(caller.subject() + " by " + caller.actors().getFirst().subject())),
                tools.tool(tool("git_push"), (caller, request) -> text("pushed")),
                tools.tool(tool("drop_database"), (caller, request) -> text("gone")),
                tools.tool(tool("hidden"), (caller, request) -> text("never")))
            .build();
    tools.requireAllMade();
    ask(
        "initialize",
        Map.of(
            "protocolVersion", "2025-11-25",
            "capabilities", Map.of(),
            "clientInfo", Map.of("name", "gateway", "version", "1")));
    send(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
  }

  @AfterEach
  void stop() throws IOException {
    toServer.close();
    server.close();
    identities.close();
    issuer.close();
  }

  private static Tool tool(String name) {
    return Tool.builder(name, Map.of("type", "object")).description(name).build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }

  private void send(Map<String, Object> message) throws IOException {
    toServer.write((Json.write(message) + "\n").getBytes(UTF_8));
    toServer.flush();
  }

  private JsonNode ask(String method, Map<String, Object> params) throws IOException {
    id++;
    send(Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params));
    while (true) {
      JsonNode message = Json.readTree(fromServer.readLine());
      if (message.path("id").asInt(-1) == id) {
        return message;
      }
    }
  }

  private String assertion(
      String subject,
      String scope,
      String tool,
      Map<String, Object> arguments,
      List<String> teams) {
    Map<String, Object> claims = new LinkedHashMap<>(issuer.claims(AUDIENCE, subject, scope));
    claims.put("exp", issuer.now().getEpochSecond() + 30);
    claims.put("groups", teams);
    claims.put("act", Map.of("sub", "gateway"));
    claims.put(
        CallIdentity.DIGEST_CLAIM,
        CallDigest.of("tools/call", tool, Json.mapper().valueToTree(arguments)));
    return issuer.jwt(key, CallIdentity.TYPE, claims);
  }

  private JsonNode call(String tool, Map<String, Object> arguments, Object identity)
      throws IOException {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("name", tool);
    params.put("arguments", arguments);
    if (identity != null) {
      params.put("_meta", Map.of(CallIdentity.META_KEY, identity));
    }
    return ask("tools/call", params);
  }

  private static String said(JsonNode answer) {
    return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
  }

  private static JsonNode auth(JsonNode answer) {
    return answer.path("error").path("data").path("dev.latchstring/auth");
  }

  @Test
  void a_tool_is_told_whom_the_assertion_names_whatever_arguments_and_metadata_say()
      throws IOException {
    Map<String, Object> arguments = Map.of("user", "root", "n", 1.5, "list", List.of(1, "two"));

    assertThat(
            said(call("whoami", arguments, assertion("alice", "", "whoami", arguments, List.of()))))
        .isEqualTo("alice by gateway");
  }

  @Test
  void nobody_a_stranger_and_somebody_elses_call_get_a_login_error() throws IOException {
    JsonNode nobody = call("whoami", Map.of("user", "root"), null);
    JsonNode unsigned = call("whoami", Map.of(), Map.of("sub", "root"));
    JsonNode other =
        call("whoami", Map.of("a", 1), assertion("alice", "", "whoami", Map.of(), List.of()));

    assertThat(nobody.path("error").path("code").asInt()).isEqualTo(-31401);
    assertThat(auth(nobody).toString()).isEqualTo("{\"status\":401}");
    for (JsonNode refused : List.of(unsigned, other)) {
      assertThat(refused.path("error").path("code").asInt()).isEqualTo(-31401);
      assertThat(auth(refused).path("error").asString()).isEqualTo("invalid_token");
    }
  }

  @Test
  void an_assertion_is_good_for_one_call() throws IOException {
    String once = assertion("alice", "", "whoami", Map.of(), List.of());

    assertThat(said(call("whoami", Map.of(), once))).startsWith("alice");
    assertThat(auth(call("whoami", Map.of(), once)).path("error").asString())
        .isEqualTo("invalid_token");
  }

  @Test
  void who_is_not_believed_is_in_the_audit_trail_as_nobody() throws Exception {
    call("whoami", Map.of(), Map.of("sub", "root"));
    AuditEntry unsigned = audited.poll(120, TimeUnit.SECONDS);
    issuer.failing(true);
    call("git_push", Map.of(), assertion("alice", "", "git_push", Map.of(), List.of()));
    AuditEntry unknown = audited.poll(120, TimeUnit.SECONDS);

    assertThat(unsigned).isNotNull();
    assertThat(unsigned.subject()).isNull();
    assertThat(unsigned.name()).isEqualTo("whoami");
    assertThat(unsigned.outcome()).isEqualTo(AuditEntry.Outcome.REFUSED);
    assertThat(unsigned.error()).isEqualTo("invalid_token");
    assertThat(unsigned.rule()).isEqualTo("identity");
    assertThat(unknown).isNotNull();
    assertThat(unknown.subject()).isNull();
    assertThat(unknown.outcome()).isEqualTo(AuditEntry.Outcome.UNDECIDED);
    assertThat(unknown.error()).isEqualTo("temporarily_unavailable");
  }

  @Test
  void everything_that_is_missing_is_named_at_once() throws IOException {
    JsonNode scopes =
        call(
            "git_push",
            Map.of(),
            assertion("alice", "repo:read", "git_push", Map.of(), List.of("platform")));
    JsonNode team =
        call(
            "git_push",
            Map.of(),
            assertion("alice", "repo:read", "git_push", Map.of(), List.of("kitchen")));
    JsonNode login =
        call(
            "drop_database",
            Map.of(),
            assertion("alice", "", "drop_database", Map.of(), List.of()));

    assertThat(scopes.path("error").path("code").asInt()).isEqualTo(-31403);
    assertThat(auth(scopes))
        .isEqualTo(
            Json.readTree(
                "{\"status\":403,\"error\":\"insufficient_scope\",\"scope\":\"repo:write repo:read\"}"));
    assertThat(team.path("error").path("code").asInt()).isEqualTo(-31403);
    assertThat(auth(team)).isEqualTo(Json.readTree("{\"status\":403,\"error\":\"access_denied\"}"));
    assertThat(team.toString()).doesNotContain("platform");
    assertThat(login.path("error").path("code").asInt()).isEqualTo(-31401);
    assertThat(auth(login))
        .isEqualTo(
            Json.readTree(
                "{\"status\":401,\"error\":\"insufficient_user_authentication\",\"scope\":\"db\","
                    + "\"acr_values\":\"mfa\",\"max_age\":300}"));
  }

  @Test
  void the_list_says_what_each_tool_requires_and_hides_what_is_open_to_nobody() throws IOException {
    JsonNode tools = ask("tools/list", Map.of()).path("result").path("tools");

    assertThat(tools)
        .extracting(tool -> tool.path("name").asString())
        .containsExactlyInAnyOrder("whoami", "git_push", "drop_database");
    assertThat(tools.toString()).contains("\"scopes\":[\"repo:write\",\"repo:read\"]");
  }
}
