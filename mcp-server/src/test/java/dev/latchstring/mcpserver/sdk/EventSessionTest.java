package dev.latchstring.mcpserver.sdk;

import static dev.latchstring.mcpserver.fixture.Scene.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.ProtectedServer;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * MCP 2024-11-05, "HTTP with SSE", by the official SDK's server: its session is in the address that
 * the stream names for messages, and that address is no credential.
 */
class EventSessionTest {
  private static final String WHO = "who_am_i";
  private static final TestIssuer ISSUER = TestIssuer.start(Clock.systemUTC());
  private static final ECKey KEY = ISSUER.newEcKey("ec-1");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static ProtectedServer server;
  private static McpSyncServer mcp;

  @BeforeAll
  static void start() {
    ToolAuthorizer authorizer =
        ToolAuthorizer.builder(Requirement.nobody())
            .tool(WHO, Requirement.scopes("clinic:read"))
            .build();
    ProtectedTools tools = new ProtectedTools(authorizer);
    var transport =
        HttpServletSseServerTransportProvider.builder()
            .sseEndpoint("/mcp")
            .messageEndpoint("/mcp/messages")
            .contextExtractor(ProtectedTools.callers())
            .build();
    mcp =
        McpServer.sync(transport)
            .serverInfo("test", "1")
            .tools(
                tools.tool(
                    Tool.builder(WHO, Map.of("type", "object")).description(WHO).build(),
                    (caller, request) ->
                        CallToolResult.builder().addTextContent(caller.subject()).build()))
            .immediateExecution(true)
            .build();
    server =
        ProtectedServer.start(
            resource ->
                BearerFilter.builder(resource, ISSUER.url(), authorizer)
                    .alsoAt(URI.create(resource).resolve("/mcp/messages").toString())
                    .build(),
            transport);
  }

  @AfterAll
  static void stop() {
    mcp.closeGracefully();
    server.close();
    ISSUER.close();
  }

  private static String token(String subject, String client) {
    return ISSUER.jwt(
        KEY,
        server.resource(),
        "clinic:read",
        claims -> with("client_id", client).apply(with("sub", subject).apply(claims)));
  }

  /** A stream, and where it says that messages go. */
  private record Stream(URI messages, BufferedReader events) implements AutoCloseable {
    static Stream open(String token) throws Exception {
      HttpRequest get =
          HttpRequest.newBuilder(URI.create(server.resource()))
              .header("Authorization", "Bearer " + token)
              .header("Accept", "text/event-stream")
              .build();
      HttpResponse<InputStream> opened =
          CLIENT.send(get, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(opened.statusCode()).isEqualTo(200);
      BufferedReader events = new BufferedReader(new InputStreamReader(opened.body(), UTF_8));
      return new Stream(server.uri(data(events)), events);
    }

    private static String data(BufferedReader events) throws IOException {
      String line = events.readLine();
      while (line != null && !line.startsWith("data:")) {
        line = events.readLine();
      }
      return String.valueOf(line).substring("data:".length()).strip();
    }

    String next() throws IOException {
      return data(events);
    }

    @Override
    public void close() throws IOException {
      events.close();
    }
  }

  private static Http.Answer post(URI messages, String token, String message, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Authorization";
    all[1] = "Bearer " + token;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return Http.post(messages, message, all);
  }

  private static String initialize() {
    return Scene.message(
        "initialize",
        Map.of(
            "protocolVersion", "2024-11-05",
            "capabilities", Map.of(),
            "clientInfo", Map.of("name", "test", "version", "1")));
  }

  @Test
  void the_stream_answers_whoever_opened_it() throws Exception {
    String alice = token("alice", "app");
    try (Stream stream = Stream.open(alice)) {
      assertThat(post(stream.messages(), alice, initialize()).status()).isEqualTo(200);
      assertThat(stream.next()).contains("\"serverInfo\"");
      post(
          stream.messages(),
          alice,
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
      post(stream.messages(), token("alice", "app"), Scene.call(WHO));
      assertThat(stream.next()).as("with a newer token too").contains("alice");
    }
  }

  @ParameterizedTest
  @CsvSource({"mallory, app", "alice, other-app"})
  void another_subject_or_client_finds_no_stream(String subject, String client) throws Exception {
    try (Stream stream = Stream.open(token("alice", "app"))) {
      String other = token(subject, client);

      Http.Answer answer = post(stream.messages(), other, initialize());

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.text()).contains("Session not found");
      assertThat(
              post(
                      stream.messages(),
                      other,
                      Scene.stateless("tools/call", Map.of("name", WHO)),
                      "MCP-Protocol-Version",
                      "2026-07-28",
                      "Mcp-Method",
                      "tools/call",
                      "Mcp-Name",
                      WHO)
                  .status())
          .as("another era does not hide the query from the servlet")
          .isEqualTo(404);
      for (String spelling : new String[] {"/mcp", "/mcp/messages;a=b", "/mcp/%6Dessages"}) {
        URI elsewhere = server.uri(spelling + "?" + stream.messages().getRawQuery());
        assertThat(post(elsewhere, other, initialize()).status()).as(spelling).isEqualTo(404);
        assertThat(post(elsewhere, other, initialize()).text()).contains("Session not found");
      }
      assertThat(post(stream.messages(), token("alice", "app"), initialize()).status())
          .as("the owner keeps it")
          .isEqualTo(200);
    }
  }

  @Test
  void an_address_that_no_stream_named_is_nobodys() throws Exception {
    String alice = token("alice", "app");
    try (Stream stream = Stream.open(alice)) {
      URI guessed = server.uri("/mcp/messages?sessionId=guessed");
      URI longer = URI.create(stream.messages() + "&more=1");

      assertThat(post(guessed, alice, initialize()).status()).isEqualTo(404);
      assertThat(post(longer, alice, initialize()).status()).isEqualTo(404);
    }
  }
}
