package dev.latchstring.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An MCP server that spells its issuer with a slash, which its authorization server does not. */
final class SlashServer implements AutoCloseable {
  final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  SlashServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
    server.createContext("/", this::handle);
    server.start();
  }

  String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  String mcp() {
    return origin() + "/mcp";
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      asked.add(path + " " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      switch (path) {
        case "/mcp" -> {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer");
          exchange.sendResponseHeaders(401, -1);
        }
        case "/.well-known/oauth-protected-resource/mcp" ->
            send(
                exchange,
                Map.of("resource", mcp(), "authorization_servers", List.of(origin() + "/")));
        case "/.well-known/oauth-authorization-server" ->
            send(
                exchange,
                Map.of(
                    "issuer", origin(),
                    "token_endpoint", origin() + "/token",
                    "device_authorization_endpoint", origin() + "/device",
                    "registration_endpoint", origin() + "/register"));
        case "/register" -> send(exchange, Map.of("client_id", "registered"));
        case "/device" ->
            send(
                exchange,
                Map.of(
                    "device_code",
                    "d",
                    "user_code",
                    "BCDF-GHJK",
                    "verification_uri",
                    origin() + "/verify",
                    "expires_in",
                    600,
                    "interval",
                    1));
        case "/token" ->
            send(exchange, Map.of("access_token", "t", "token_type", "Bearer", "expires_in", 600));
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private static void send(HttpExchange exchange, Object json) throws IOException {
    byte[] bytes = Json.bytes(json);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
