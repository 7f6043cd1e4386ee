package dev.latchstring.cli.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An MCP server written by hand over the JDK's HTTP server, so that it can also misbehave. */
abstract class RawServer implements AutoCloseable {
  final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  final CountDownLatch slowStarted = new CountDownLatch(1);
  final CountDownLatch slowCancelled = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer http;

  final void start(int port) throws IOException {
    http = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    http.setExecutor(threads);
    http.createContext("/mcp", this::guarded);
    http.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/mcp");
  }

  int port() {
    return http.getAddress().getPort();
  }

  int called(String tool) {
    return calls.computeIfAbsent(tool, name -> new AtomicInteger()).get();
  }

  final int count(String tool) {
    return calls.computeIfAbsent(tool, name -> new AtomicInteger()).incrementAndGet();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }

  abstract void handle(HttpExchange exchange) throws Exception;

  private void guarded(HttpExchange exchange) throws IOException {
    try (exchange) {
      handle(exchange);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  static ObjectNode read(HttpExchange exchange) throws IOException {
    JsonNode body = JsonRpc.parse(exchange.getRequestBody().readAllBytes());
    return body instanceof ObjectNode object ? object : JsonRpc.object();
  }

  static void json(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = JsonRpc.bytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static void empty(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  static OutputStream stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  static void event(OutputStream out, String id, JsonNode message) throws IOException {
    String text = (id == null ? "" : "id: " + id + "\n") + "data: " + message + "\n\n";
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  static ObjectNode tool(String name) {
    ObjectNode tool = JsonRpc.object().put("name", name).put("description", name);
    tool.putObject("inputSchema").put("type", "object");
    return tool;
  }

  static ObjectNode text(String text) {
    ObjectNode result = JsonRpc.object();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  static ObjectNode progress(JsonNode token, int value) {
    ObjectNode params = JsonRpc.object().put("progress", value);
    params.set("progressToken", token);
    return JsonRpc.notification("notifications/progress", params);
  }

  static ObjectNode form(String message) {
    ObjectNode params = JsonRpc.object().put("mode", "form").put("message", message);
    ObjectNode schema = params.putObject("requestedSchema").put("type", "object");
    schema.putObject("properties").putObject("name").put("type", "string");
    return params;
  }
}
