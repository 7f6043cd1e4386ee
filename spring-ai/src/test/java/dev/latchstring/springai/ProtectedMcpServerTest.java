package dev.latchstring.springai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.springai.misspelled.Misspelled;
import dev.latchstring.springai.undeclared.Undeclared;
import dev.latchstring.springai.weather.Weather;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.TokenDesk;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A server of Spring AI on Spring Boot and Tomcat, which nothing but a dependency protects. */
@Timeout(300)
class ProtectedMcpServerTest {
  private static TokenDesk desk;
  private static URI url;
  private static ConfigurableApplicationContext spring;

  @BeforeAll
  static void start() throws Exception {
    desk = new TokenDesk();
    int port = Ports.free();
    url = URI.create("http://localhost:" + port + "/mcp");
    spring = run(Weather.class, "server.port=" + port);
  }

  @AfterAll
  static void stop() {
    spring.close();
    desk.close();
  }

  private static ConfigurableApplicationContext run(Class<?> application, String... settings) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("logging.level.root", "off");
    all.put("spring.main.banner-mode", "off");
    all.put("spring.ai.mcp.server.protocol", "STREAMABLE");
    all.put("latchstring.mcp-server.resource", url.toString());
    all.put("latchstring.mcp-server.issuer", desk.issuer().toString());
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      all.put(pair[0], pair[1]);
    }
    return SpringApplication.run(
        application,
        all.entrySet().stream()
            .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new));
  }

  private static McpSyncClient client(String scope, String... teams) {
    String token = desk.token(url, "alice", scope, Map.of(), teams);
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
                    .endpoint("/mcp")
                    .addHttpRequestCustomizer((request, method, uri, body, context) ->
                        request.header("Authorization", "Bearer " + token))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private static String said(McpSyncClient client, String tool) {
    CallToolResult result =
        client.callTool(CallToolRequest.builder(tool).arguments(Map.of("place", "Oslo")).build());
    return ((TextContent) result.content().getFirst()).text();
  }

  private static HttpResponse.ResponseInfo refusal(McpSyncClient client, String tool) {
    Throwable thrown = catchThrowable(() -> said(client, tool));
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo();
      }
    }
    throw new AssertionError("no refusal by HTTP status", thrown);
  }

  @Test
  void a_tool_is_told_who_calls() {
    try (McpSyncClient client = client("weather:read")) {
      assertThat(said(client, "forecast")).contains("sun in Oslo for alice");
      assertThat(said(client, "temperature")).contains("Oslo: 21");
    }
  }

  @Test
  void tools_of_every_kind_are_listed_and_called_by_the_declaration() {
    try (McpSyncClient reader = client("weather:read");
        McpSyncClient meteorologist = client("weather:read weather:warn", "meteorologists")) {
      List<Tool> seen = reader.listTools().tools();
      assertThat(seen).extracting(Tool::name).containsExactlyInAnyOrder("forecast", "temperature");
      assertThat(seen)
          .allSatisfy(tool ->
              assertThat(tool.meta())
                  .containsEntry(Requirement.META_KEY, Map.of("scopes", List.of("weather:read"))));
      assertThat(meteorologist.listTools().tools()).hasSize(3);
      assertThat(said(meteorologist, "warn")).contains("everybody in Oslo was warned");
      assertThat(refusal(reader, "warn").statusCode()).isEqualTo(403);
      assertThat(refusal(meteorologist, "forgotten").statusCode()).isEqualTo(403);
    }
    try (McpSyncClient nobody = client("")) {
      HttpResponse.ResponseInfo refused = refusal(nobody, "forecast");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_scope", "weather:read");
    }
  }

  @Test
  void without_a_token_there_is_no_session() {
    assertThatThrownBy(() ->
            McpClient.sync(
                    HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
                        .endpoint("/mcp")
                        .build())
                .build()
                .initialize())
        .isNotNull();
  }

  /** The first message of a session, without a token. */
  private static int post(int port, String path) throws Exception {
    try (Socket socket = new Socket("localhost", port)) {
      String body =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
              + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}}";
      String request =
          "POST "
              + path
              + " HTTP/1.1\r\nHost: localhost:"
              + port
              + "\r\nContent-Type: application/json\r\nAccept: application/json,"
              + " text/event-stream\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).doesNotContain("serverInfo");
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mcp",
        "/mcp/",
        "/mcp;a=b",
        "/%6dcp",
        "/mcp%2f",
        "//mcp",
        "/./mcp",
        "/x/../mcp",
        "/MCP",
        "/mcp/x",
        "/mcp?x",
        "/mcp.json",
        "/mcp%00",
        "/;x/mcp"
      })
  void no_spelling_of_the_address_leads_around_the_filter(String path) throws Exception {
    assertThat(post(url.getPort(), path)).isBetween(400, 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spring.mvc.servlet.path=/api", "server.servlet.context-path=/api"})
  void where_the_endpoint_is_moved_nobody_gets_in_without_a_token(String moved) throws Exception {
    int port = Ports.free();
    try (var elsewhere = run(Weather.class, "server.port=" + port, moved)) {
      assertThat(elsewhere.isRunning()).isTrue();
      assertThat(post(port, "/api/mcp")).isBetween(400, 599);
      assertThat(post(port, "/mcp")).isBetween(400, 599);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spring.ai.mcp.server.protocol=SSE",
        "spring.ai.mcp.server.protocol=STATELESS",
        "spring.ai.mcp.server.type=ASYNC",
        "spring.ai.mcp.server.stdio=true",
        "latchstring.mcp-server.resource=",
        "latchstring.mcp-server.issuer="
      })
  void a_server_that_would_not_be_protected_does_not_start(String setting) {
    assertThatThrownBy(() -> run(Weather.class, "server.port=0", setting).close())
        .hasStackTraceContaining("set " + setting.replaceFirst("=.*", ""));
  }

  @Test
  void a_server_without_a_declaration_does_not_start_unless_protection_is_turned_off() {
    assertThatThrownBy(() -> run(Undeclared.class, "server.port=0").close())
        .hasStackTraceContaining("ToolAuthorizer");
    run(Undeclared.class, "server.port=0", "latchstring.mcp-server.enabled=false").close();
  }

  @Test
  void a_declaration_of_a_tool_that_is_not_there_stops_the_start() {
    assertThatThrownBy(() -> run(Misspelled.class, "server.port=0").close())
        .hasStackTraceContaining("drop_databse");
  }
}
