package dev.latchstring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** As much of an MCP server as a bridge needs: one token that it takes, one tool that echoes. */
final class TokenServer implements AutoCloseable {
  static final String TOKEN = "a-token-of-the-benchmark";

  private static final String TOOLS =
      """
      {"tools":[{"name":"echo","description":"Says it again.","inputSchema":{"type":"object",\
      "properties":{"text":{"type":"string"}}}}]}\
      """;

  private final HttpServer http;
  private final AtomicInteger lists = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private TokenServer(HttpServer http) {
    this.http = http;
  }

  static TokenServer start() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TokenServer server = new TokenServer(http);
    http.setExecutor(server.threads);
    http.createContext("/mcp", server::answer);
    http.start();
    return server;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/mcp");
  }

  /** How often the tools were listed. */
  int lists() {
    return lists.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      if (!("Bearer " + TOKEN).equals(token)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
      } else {
        answer(exchange, Json.readTree(body));
      }
    }
  }

  private void answer(HttpExchange exchange, JsonNode message) throws IOException {
    String result =
        switch (message.path("method").asString("")) {
          case "initialize" ->
              """
              {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
              "serverInfo":{"name":"measured","version":"1"}}\
              """;
          case "tools/list" -> {
            lists.incrementAndGet();
            yield TOOLS;
          }
          case "tools/call" ->
              "{\"content\":[{\"type\":\"text\",\"text\":"
                  + message.path("params").path("arguments").path("text")
                  + "}]}";
          default -> "{}";
        };
    if (!message.has("id")) {
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    byte[] answer =
        ("{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":" + result + "}")
            .getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
