package dev.latchstring.cli.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person reads when something is wrong: what it is, what to do, and never a stack trace. */
class BadCasesTest {
  @TempDir Path home;

  private HttpServer server;
  private String base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    base = "http://127.0.0.1:" + server.getAddress().getPort();
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, int status, Map<String, String> headers, String body) {
    server.createContext(
        path,
        (HttpExchange exchange) -> {
          exchange.getRequestBody().readAllBytes();
          headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private Ran login(String url) {
    Ran ran = new Latched(home).run("login", url, "--yes");
    assertThat(ran.err())
        .contains("error: ")
        .contains("hint: ")
        .doesNotContain("\tat ")
        .doesNotContain("Exception");
    assertThat(ran.out()).isEmpty();
    return ran;
  }

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  @Test
  void no_network() {
    Ran ran = login("http://127.0.0.1:" + Ports.free() + "/mcp");
    assertThat(ran.status()).isEqualTo(5);
    assertThat(ran.err()).contains("error: nothing answers at http://127.0.0.1:");
  }

  @Test
  void a_host_that_is_not_known() {
    Ran ran = login("https://nowhere.invalid/mcp");
    assertThat(ran.status()).isEqualTo(5);
    assertThat(ran.err()).contains("nowhere.invalid");
  }

  @Test
  void a_server_that_is_not_mcp() {
    answer("/", 200, Map.of("Content-Type", "text/html"), "<h1>Hello</h1>");
    Ran ran = login(base + "/");
    assertThat(ran.status()).isEqualTo(6);
    assertThat(ran.err()).contains("does not speak MCP");
  }

  @Test
  void an_mcp_server_that_needs_no_login() {
    answer(
        "/mcp",
        200,
        JSON,
        """
        {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},
         "serverInfo":{"name":"open","version":"1"}}}\
        """);
    Ran ran = login(base + "/mcp");
    assertThat(ran.status()).isEqualTo(6);
    assertThat(ran.err()).containsIgnoringCase("no login");
  }

  @Test
  void metadata_that_is_about_another_server() {
    answer(
        "/mcp",
        401,
        Map.of(
            "WWW-Authenticate",
            "Bearer resource_metadata=\"" + base + "/.well-known/oauth-protected-resource\""),
        "");
    answer(
        "/.well-known/oauth-protected-resource",
        200,
        JSON,
        "{\"resource\":\"https://other.example/mcp\",\"authorization_servers\":[\""
            + base
            + "\"]}");
    Ran ran = login(base + "/mcp");
    assertThat(ran.status()).isEqualTo(6);
    assertThat(ran.err()).contains("other.example");
  }

  @Test
  void an_issuer_that_calls_itself_something_else() {
    answer("/mcp", 401, Map.of("WWW-Authenticate", "Bearer"), "");
    answer(
        "/.well-known/oauth-protected-resource",
        200,
        JSON,
        "{\"resource\":\"" + base + "/mcp\",\"authorization_servers\":[\"" + base + "\"]}");
    answer(
        "/.well-known/oauth-authorization-server",
        200,
        JSON,
        """
        {"issuer":"https://evil.example","token_endpoint":"https://evil.example/token",
         "device_authorization_endpoint":"https://evil.example/device"}\
        """);
    Ran ran = login(base + "/mcp");
    assertThat(ran.status()).isEqualTo(6);
    assertThat(ran.err()).contains("evil.example");
  }

  @Test
  void a_server_that_wants_a_login_and_does_not_say_where() {
    answer("/mcp", 401, Map.of(), "");
    Ran ran = login(base + "/mcp");
    assertThat(ran.status()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://mcp.example.com/mcp", "mcp.example.com/mcp", "ftp://x/", "::"})
  void an_address_that_cannot_be_one(String address) {
    assertThat(login(address).status()).isEqualTo(2);
  }

  @Test
  void escape_sequences_from_a_server_do_not_reach_the_terminal() {
    answer("/mcp", 401, Map.of("WWW-Authenticate", "Bearer"), "");
    answer(
        "/.well-known/oauth-protected-resource",
        200,
        JSON,
        "{\"resource\":\"https://x.example/\\u001b[2J\\u001b[31m\",\"authorization_servers\":[\""
            + base
            + "\"]}");
    assertThat(login(base + "/mcp").err()).doesNotContain("\u001b");
  }

  @Test
  void a_home_that_cannot_be_written_to() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "");
    Ran ran = new Latched(file).run("logout", base + "/mcp");
    assertThat(ran.status()).as(ran.transcript()).isIn(0, 7);
    assertThat(ran.err()).doesNotContain("\tat ").doesNotContain("Exception");
  }
}
