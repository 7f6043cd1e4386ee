package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code latch connect} is told to state to the server, with {@code X-MCP-Context}. */
class PassedOnContextTest {
  private static final String URL = "https://mcp.example/mcp";

  @TempDir Path cache;

  /** Notes what each HTTP method came with, and has nothing to say. */
  private static final class Noting extends RawServer {
    private final Map<String, List<String>> stated = new ConcurrentHashMap<>();

    @Override
    void handle(HttpExchange exchange) throws Exception {
      List<String> values = exchange.getRequestHeaders().get("X-MCP-Context");
      stated.putIfAbsent(exchange.getRequestMethod(), values == null ? List.of() : values);
      if (exchange.getRequestMethod().equals("POST")) {
        var message = read(exchange);
        exchange.getResponseHeaders().set("MCP-Session-Id", "s");
        json(
            exchange,
            200,
            JsonRpc.result(
                message.path("id"),
                JsonRpc.object()
                    .put("protocolVersion", Protocol.NEWEST_SESSION)
                    .set("capabilities", JsonRpc.object())));
      } else {
        empty(exchange, exchange.getRequestMethod().equals("GET") ? 405 : 200);
      }
    }
  }

  @Test
  void every_request_to_the_server_states_it() throws Exception {
    try (Noting server = new Noting()) {
      server.start(0);
      try (TestHost host =
          TestHost.sending(Map.of("X-MCP-Context", "{\"model\":\"x\"}"), server.url(), cache)) {
        host.session("{}").call("tools/list", "{}");
      }
      assertThat(server.stated.keySet()).contains("POST", "DELETE");
      assertThat(server.stated.values()).containsOnly(List.of("{\"model\":\"x\"}"));
    }
  }

  @Test
  void a_bridge_that_was_told_nothing_states_nothing() throws Exception {
    try (Noting server = new Noting()) {
      server.start(0);
      try (TestHost host = TestHost.of(server.url(), cache)) {
        host.session("{}").call("tools/list", "{}");
      }
      assertThat(server.stated.values()).containsOnly(List.of());
    }
  }

  private static String context(String variable, String... arguments) throws Exception {
    return Objects.requireNonNull(ConnectOptions.parse(arguments, variables(variable)))
        .headers()
        .get("X-MCP-Context");
  }

  private static Map<String, String> variables(String context) {
    return context == null ? Map.of() : Map.of(ConnectOptions.CONTEXT_VARIABLE, context);
  }

  @Test
  void it_comes_from_the_option_or_from_the_environment() throws Exception {
    assertThat(context(null, URL)).isNull();
    assertThat(context("", URL)).isNull();
    assertThat(context("{\"a\": 1}", URL)).isEqualTo("{\"a\":1}");
    assertThat(context("[", URL, "--mcp-context", "{\"b\":2}")).isEqualTo("{\"b\":2}");
    assertThat(context("{}", "--mcp-context={\"b\":\"=\"}", URL)).isEqualTo("{\"b\":\"=\"}");
  }

  @Test
  void it_is_ascii_without_line_breaks_on_the_wire() throws Exception {
    assertThat(context(null, URL, "--mcp-context", "{\n \"a\":\"é\u007f\\n\uD83D\uDE00\"}"))
        .isEqualToIgnoringCase("{\"a\":\"\\u00e9\\u007f\\n\\ud83d\\ude00\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "null", "\"{}\"", "{\"a\":1,\"a\":1}", "{} {}"})
  void what_is_no_object_is_a_wrong_command_line(String text) {
    assertThatThrownBy(
            () -> ConnectOptions.parse(new String[] {URL, "--mcp-context", text}, Map.of()))
        .isInstanceOf(ConnectOptions.UsageException.class)
        .hasMessageContaining("--mcp-context must be a JSON object of at most 4096 bytes");
  }

  @Test
  void what_is_too_large_or_too_deep_is_a_wrong_command_line() {
    for (String text :
        List.of(
            "{\"a\":\"" + "x".repeat(4089) + "\"}",
            "{\"a\":\"" + "é".repeat(1000) + "\"}",
            "{\"a\":".repeat(9) + "1" + "}".repeat(9))) {
      assertThatThrownBy(() -> ConnectOptions.parse(new String[] {URL}, variables(text)))
          .isInstanceOf(ConnectOptions.UsageException.class)
          .hasMessageStartingWith("LATCH_MCP_CONTEXT ")
          .hasMessageContaining("4096");
    }
  }
}
