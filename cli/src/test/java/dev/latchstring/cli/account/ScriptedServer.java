package dev.latchstring.cli.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** An MCP server and its issuer, whose challenge endpoint asks what a test has written down. */
final class ScriptedServer implements AutoCloseable {
  final Queue<Object> answers = new ConcurrentLinkedQueue<>();
  final List<FormParameters> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  ScriptedServer() throws IOException {
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

  ScriptedServer step(Map<String, Object> step) {
    answers.add(
        Map.of(
            "error", "insufficient_authorization", "auth_session", "session-s3cret", "step", step));
    return this;
  }

  ScriptedServer done() {
    answers.add(Map.of("authorization_code", "code", "auth_session", "session-s3cret"));
    return this;
  }

  ScriptedServer error(String error) {
    answers.add(Map.of("error", error));
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      switch (exchange.getRequestURI().getPath()) {
        case "/mcp" -> {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer");
          exchange.sendResponseHeaders(401, -1);
        }
        case "/.well-known/oauth-protected-resource/mcp" ->
            send(
                exchange,
                200,
                Map.of("resource", mcp(), "authorization_servers", List.of(origin())));
        case "/.well-known/oauth-authorization-server" ->
            send(
                exchange,
                200,
                Map.of(
                    "issuer", origin(),
                    "token_endpoint", origin() + "/token",
                    "authorization_challenge_endpoint", origin() + "/challenge"));
        case "/challenge" -> {
          asked.add(FormParameters.parse(body));
          Object answer = answers.poll();
          send(exchange, 200, answer == null ? Map.of("error", "server_error") : answer);
        }
        case "/token" ->
            send(
                exchange,
                200,
                Map.of(
                    "access_token", jwt(),
                    "token_type", "DPoP",
                    "expires_in", 600,
                    "scope", "clinic:read",
                    "auth_session", "session-s3cret"));
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private String jwt() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return "e30."
        + base64.encodeToString(
            Json.bytes(Map.of("iss", origin(), "sub", "p-1", "preferred_username", "Anna Smith")))
        + ".c2ln";
  }

  private static void send(HttpExchange exchange, int status, Object json) throws IOException {
    byte[] bytes = Json.bytes(json);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
