package dev.latchstring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** As much of an MCP server as a bridge needs to open a session: no login, no tools. */
final class OpenServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private OpenServer(HttpServer http) {
    this.http = http;
  }

  static OpenServer start() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    OpenServer server = new OpenServer(http);
    http.setExecutor(server.threads);
    http.createContext("/mcp", OpenServer::answer);
    http.start();
    return server;
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/mcp";
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
      } else if (!body.contains("\"initialize\"")) {
        exchange.sendResponseHeaders(202, -1);
      } else {
        String id = body.replaceAll("(?s).*\"id\"\\s*:\\s*([0-9]+|\"[^\"]*\").*", "$1");
        byte[] answer =
            """
            {"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{},\
            "serverInfo":{"name":"open","version":"1"}}}\
            """
                .formatted(id)
                .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
