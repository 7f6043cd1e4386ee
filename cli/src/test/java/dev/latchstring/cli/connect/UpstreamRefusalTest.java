package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** What a host is told where a server refuses without a challenge. */
class UpstreamRefusalTest {
  private static String told(String body) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(403, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
      UpstreamHttp.Reply reply =
          new UpstreamHttp.Reply(
              403,
              http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofInputStream()));
      RpcError error = UpstreamRefusal.read(reply).toRpcError(address);
      assertThat(error.code()).isEqualTo(RpcError.REFUSED);
      return error.message();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void the_servers_reason_is_quoted_and_leads_nowhere() throws Exception {
    assertThat(
            told(
                "{\"error\":\"access_denied\",\"error_description\":\"this is open to certain teams"
                    + " only\"}"))
        .contains("HTTP 403, “this is open to certain teams only”");
    assertThat(
            told(
                "{\"error\":\"access_denied\",\"error_description\":\"see https://evil.example\"}"))
        .contains("“see [address removed]”")
        .doesNotContain("evil");
  }

  @Test
  void where_there_is_no_reason_none_is_made_up() throws Exception {
    assertThat(told("{}")).contains("refused the request (HTTP 403), and names no scope");
    assertThat(told("no JSON")).contains("refused the request (HTTP 403), and names no scope");
    assertThat(told("[]")).contains("refused the request (HTTP 403), and names no scope");
    assertThat(told("{\"error_description\":{\"a\":1}}"))
        .contains("refused the request (HTTP 403), and names no scope");
  }
}
