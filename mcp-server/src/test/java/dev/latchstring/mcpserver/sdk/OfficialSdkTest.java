package dev.latchstring.mcpserver.sdk;

import static dev.latchstring.mcpserver.fixture.Scene.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.ProtectedServer;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Challenge;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The filter and the adapter, with the official SDK on both ends. */
class OfficialSdkTest {
  private static final TestIssuer ISSUER = TestIssuer.start(Clock.systemUTC());
  private static final ECKey KEY = ISSUER.newEcKey("ec-1");
  private static final ToolAuthorizer AUTHORIZER =
      ToolAuthorizer.builder(Requirement.nobody())
          .tool("who_am_i", Requirement.scopes("clinic:read"))
          .tool("what_for", Requirement.scopes("clinic:read"))
          .tool("write", Requirement.scopes("clinic:write"))
          .tool("team", Requirement.scopes("clinic:read").teams("front-desk"))
          .build();
  private static ProtectedServer server;
  private static McpSyncServer mcp;

  @BeforeAll
  static void start() {
    ProtectedTools tools = new ProtectedTools(AUTHORIZER);
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(ProtectedTools.callers())
            .build();
    mcp =
        McpServer.sync(transport)
            .serverInfo("test", "1")
            .addToolFilter(tools.listed())
            .tools(
                tools.tool(
                    tool("who_am_i"),
                    (caller, request) -> text(caller.subject() + " by " + caller.clientId())),
                tools.tool(
                    tool("what_for"),
                    (caller, stated, request) ->
                        text(
                            stated.members().path("purpose").asString("nothing")
                                + " in "
                                + (caller.mcp() == null ? "none" : caller.mcp().sessionId()))),
                tools.tool(tool("write"), (caller, request) -> text("written")),
                tools.tool(tool("team"), (caller, request) -> text("welcome")),
                tools.tool(tool("undeclared"), (caller, request) -> text("never")))
            .immediateExecution(true)
            .build();
    server =
        ProtectedServer.start(
            resource -> BearerFilter.builder(resource, ISSUER.url(), AUTHORIZER).build(),
            transport);
  }

  @AfterAll
  static void stop() {
    mcp.closeGracefully();
    server.close();
    ISSUER.close();
  }

  private static Tool tool(String name) {
    return Tool.builder(name, Map.of("type", "object")).description(name).build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }

  private static String token(String subject, String scope, UnaryOperator<Map<String, Object>> c) {
    return ISSUER.jwt(
        KEY, server.resource(), scope, claims -> c.apply(with("sub", subject).apply(claims)));
  }

  private static McpSyncClient client(String token, String... more) {
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder(server.uri("/").toString())
                .endpoint("/mcp")
                .addHttpRequestCustomizer((request, method, uri, body, context) -> {
                  request.header("Authorization", "Bearer " + token);
                  for (int i = 0; i < more.length; i += 2) {
                    request.header(more[i], more[i + 1]);
                  }
                })
                .build())
        .requestTimeout(Duration.ofSeconds(10))
        .build();
  }

  private static String call(McpSyncClient client, String tool) {
    CallToolResult result =
        client.callTool(CallToolRequest.builder(tool).arguments(Map.of()).build());
    return ((TextContent) result.content().getFirst()).text();
  }

  /** What the server said, out of what the client throws. */
  private static HttpResponse.ResponseInfo refusal(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo();
      }
    }
    throw new AssertionError("no refusal by HTTP status", thrown);
  }

  @Test
  void a_tool_is_told_who_calls() {
    try (McpSyncClient client = client(token("alice", "clinic:read", c -> c))) {
      client.initialize();

      assertThat(call(client, "who_am_i")).isEqualTo("alice by test-client");
    }
  }

  @Test
  void a_tool_may_ask_what_the_call_states_beside_what_the_token_does() {
    String token = token("alice", "clinic:read", with("mcp_session_id", "session-1"));
    try (McpSyncClient client = client(token, "X-MCP-Context", "{\"purpose\":\"triage\"}");
        McpSyncClient silent = client(token("alice", "clinic:read", c -> c))) {
      client.initialize();
      silent.initialize();

      assertThat(call(client, "what_for")).isEqualTo("triage in session-1");
      assertThat(call(silent, "what_for")).isEqualTo("nothing in none");
    }
  }

  @Test
  void every_caller_is_themselves_however_many_call_at_once() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> calls =
          IntStream.range(0, 8)
              .<Callable<String>>mapToObj(i ->
                  () -> {
                    try (McpSyncClient client = client(token("user-" + i, "clinic:read", c -> c))) {
                      client.initialize();
                      for (int j = 0; j < 5; j++) {
                        assertThat(call(client, "who_am_i")).startsWith("user-" + i + " ");
                      }
                      return "done";
                    }
                  })
              .toList();
      for (Future<String> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo("done");
      }
    }
  }

  @Test
  void the_list_holds_what_was_granted_and_says_what_each_tool_requires() {
    try (McpSyncClient client = client(token("alice", "clinic:read", c -> c))) {
      client.initialize();
      List<Tool> tools = client.listTools().tools();

      assertThat(tools).extracting(Tool::name).containsExactly("who_am_i", "what_for");
      assertThat(tools.getFirst().meta())
          .containsEntry("dev.latchstring/authorization", Map.of("scopes", List.of("clinic:read")));
    }
    String more = token("alice", "clinic:read clinic:write", with("groups", List.of("front-desk")));
    try (McpSyncClient client = client(more)) {
      client.initialize();

      assertThat(client.listTools().tools())
          .extracting(Tool::name)
          .containsExactly("who_am_i", "what_for", "write", "team");
    }
  }

  @Test
  void a_call_without_the_scope_fails_before_the_tool() {
    try (McpSyncClient client = client(token("alice", "clinic:read", c -> c))) {
      client.initialize();

      var refused = refusal(catchThrowable(() -> call(client, "write")));

      assertThat(refused.statusCode()).isEqualTo(403);
      Challenge challenge =
          Challenge.parse(refused.headers().allValues("WWW-Authenticate")).getFirst();
      assertThat(challenge.error()).isEqualTo("insufficient_scope");
      assertThat(challenge.scope()).isEqualTo("clinic:write");
      assertThat(call(client, "who_am_i")).as("the session goes on").startsWith("alice");
    }
  }

  @Test
  void a_client_without_a_token_does_not_get_in() {
    try (McpSyncClient client = client("nonsense")) {
      assertThat(refusal(catchThrowable(client::initialize)).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void a_session_of_the_sdk_is_of_no_use_to_another_subject() {
    String session = open("alice");

    assertThat(who(session, "alice").text()).contains("alice by test-client");
    assertThat(who(session, "mallory").status()).isEqualTo(404);
  }

  /** A session of the SDK, opened by hand. */
  private static String open(String subject) {
    String initialize =
        Scene.message(
            "initialize",
            Map.of(
                "protocolVersion", "2025-11-25",
                "capabilities", Map.of(),
                "clientInfo", Map.of("name", "t", "version", "1")));
    Http.Answer opened =
        Http.post(
            server.uri("/mcp"),
            initialize,
            "Authorization",
            "Bearer " + token(subject, "clinic:read", c -> c));
    String session = opened.header("Mcp-Session-Id");
    assertThat(session).isNotBlank();
    return session;
  }

  @Test
  void a_listening_stream_ends_with_its_token() {
    String session = open("alice");
    long soon = ISSUER.now().getEpochSecond() + 2;

    Http.Answer stream =
        Http.get(
            server.uri("/mcp"),
            "Authorization",
            "Bearer " + token("alice", "clinic:read", with("exp", soon)),
            "Accept",
            "text/event-stream",
            "Mcp-Session-Id",
            session);

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    assertThat(who(session, "alice").status()).as("the session goes on").isEqualTo(200);
  }

  private static Http.Answer who(String session, String subject) {
    return Http.post(
        server.uri("/mcp"),
        Scene.call("who_am_i"),
        "Authorization",
        "Bearer " + token(subject, "clinic:read", c -> c),
        "Mcp-Session-Id",
        session);
  }

  @Test
  void a_stateless_client_learns_that_the_server_is_older() {
    Http.Answer answer =
        Http.post(
            server.uri("/mcp"),
            Scene.stateless("server/discover", Map.of()),
            "Authorization",
            "Bearer " + token("alice", "clinic:read", c -> c),
            "MCP-Protocol-Version",
            "2026-07-28",
            "Mcp-Method",
            "server/discover");

    assertThat(answer.status()).as("so that it falls back to initialize").isEqualTo(400);
  }
}
