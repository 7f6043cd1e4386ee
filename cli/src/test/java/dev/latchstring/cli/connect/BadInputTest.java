package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every line gets its answer, whatever is on it, and whatever is at the other end. */
@Execution(ExecutionMode.CONCURRENT)
class BadInputTest {
  @TempDir private Path cache;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{not json | -32700",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"id\":8,\"method\":\"ping\"} | -32700",
        "17 | -32600",
        "[] | -32600",
        "{\"id\":1,\"method\":\"ping\"} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1]} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"} | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}} | -32602",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}] | -32600"
      })
  void a_line_that_is_wrong_is_answered_and_the_next_is_served(String line, int code)
      throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache)) {
      host.line(line);
      JsonNode error = host.await("an error", m -> m.has("error"));
      assertThat(error.path("error").path("code").asInt()).isEqualTo(code);
      host.line("{\"jsonrpc\":\"2.0\",\"id\":\"next\",\"method\":\"ping\"}");
      host.await("the pong", m -> m.path("id").asString("").equals("next") && m.has("result"));
    }
  }

  @Test
  void a_line_that_is_too_long_is_skipped_and_its_request_answered() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache)) {
      String filler = "x".repeat(JsonRpc.MAX_MESSAGE);
      host.line(
          "{\"jsonrpc\":\"2.0\",\"id\":\"long\",\"method\":\"ping\",\"params\":{\"x\":\""
              + filler
              + "\"}}");
      JsonNode error = host.await("an error", m -> m.has("error"));
      assertThat(error.path("id").asString()).isEqualTo("long");
      host.line("{\"jsonrpc\":\"2.0\",\"id\":\"next\",\"method\":\"ping\"}");
      host.await("the pong", m -> m.path("id").asString("").equals("next"));
    }
  }

  @Test
  void an_id_in_use_is_refused_and_an_unknown_method_is_the_servers_to_refuse() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      int id = host.send("tools/call", "{\"name\":\"slow\",\"arguments\":{}}");
      server.slowStarted.await();
      host.line("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
      JsonNode duplicate = host.response(id);
      assertThat(duplicate.path("error").path("code").asInt()).isEqualTo(-32600);
      JsonNode unknown = host.call("no/such", "{}");
      assertThat(unknown.path("error").path("code").asInt()).isEqualTo(-32601);
      server.slowCancelled.countDown();
      assertThat(TestHost.textOf(host.response(id))).isEqualTo("too late");
    }
  }

  @Test
  void an_array_is_answered_with_an_array_in_the_version_that_has_them() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache).initialize("2025-03-26", "{}")) {
      host.line(
          "[{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},"
              + "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{}}},3]");
      JsonNode batch = host.await("an array", JsonNode::isArray);
      assertThat(batch.size()).isEqualTo(3);
    }
  }

  @Test
  void a_stateless_request_of_another_version_is_told_which_there_are() throws Exception {
    try (StatelessServer server = StatelessServer.start();
        TestHost host = TestHost.of(server.url(), cache)) {
      JsonNode other =
          host.call("tools/list", "{\"_meta\":{\"" + Protocol.META_VERSION + "\":\"2027-01-01\"}}");
      assertThat(other.path("error").path("code").asInt()).isEqualTo(-32022);
      assertThat(other.path("error").path("data").path("supported").toString())
          .contains("2026-07-28", "2025-11-25");
      JsonNode bare =
          host.call("tools/list", "{\"_meta\":{\"" + Protocol.META_VERSION + "\":\"2026-07-28\"}}");
      assertThat(bare.path("error").path("code").asInt()).isEqualTo(-32602);
      JsonNode removed = host.call("ping", TestHost.stateless("", "{}"));
      assertThat(removed.path("error").path("code").asInt()).isEqualTo(-32601);
    }
  }

  @Test
  void a_server_without_a_common_version_ends_with_an_error_that_names_them() throws Exception {
    try (StatelessServer server = StatelessServer.start();
        SessionServer old = SessionServer.start()) {
      server.supported = List.of("2030-01-01");
      old.version = "2024-10-07";
      for (URI url : List.of(server.url(), old.url())) {
        try (TestHost host = TestHost.of(url, cache).session("{}")) {
          JsonNode answer = host.call("prompts/get", "{\"name\":\"x\"}");
          assertThat(answer.path("error").path("message").asString())
              .contains("no common protocol version", "2026-07-28", "2025-11-25")
              .containsAnyOf("2030-01-01", "2024-10-07");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_is_not_mcp_is_explained_by_every_answer(boolean stateless) throws Exception {
    HttpServer web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    web.createContext(
        "/",
        exchange -> {
          byte[] page = "<h1>hello</h1>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    web.start();
    URI url = URI.create("http://127.0.0.1:" + web.getAddress().getPort() + "/");
    assertExplained(url, stateless, "is not MCP over Streamable HTTP");
    web.stop(0);
    assertExplained(url, stateless, "nothing answers at");
  }

  private void assertExplained(URI url, boolean stateless, String reason) throws Exception {
    try (TestHost host = TestHost.of(url, cache)) {
      if (!stateless) {
        host.session("{}");
      }
      JsonNode list = host.call("tools/list", params(stateless, ""));
      assertThat(TestHost.toolsOf(list)).containsExactly(Protocol.LOGIN_TOOL);
      JsonNode login =
          host.call("tools/call", params(stateless, "\"name\":\"latch_login\",\"arguments\":{}"));
      assertThat(login.path("result").path("isError").asBoolean()).isTrue();
      assertThat(TestHost.textOf(login)).contains(reason, "hint:");
      JsonNode call =
          host.call("tools/call", params(stateless, "\"name\":\"other\",\"arguments\":{}"));
      assertThat(call.path("error").path("code").asInt()).isEqualTo(RpcError.UPSTREAM);
      assertThat(call.path("error").path("data").has("hint")).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://example.com/mcp",
        "ftp://localhost/",
        "https://a@b/mcp",
        "https://b/mcp#x",
        "https://b/mcp https://c/mcp",
        "--verbose https://b/mcp",
        "https://b/mcp --log-level",
        "https://b/mcp --log-level loud"
      })
  void a_wrong_command_line_is_told_on_stderr_with_where_to_find_help(String arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" ");
    int status =
        ConnectCommand.run(
            split,
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(status).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("error: latch connect: ", "hint: latch connect --help");
  }

  private static String params(boolean stateless, String members) {
    return stateless ? TestHost.stateless(members, "{}") : "{" + members + "}";
  }
}
