package dev.latchstring.mcpserver.authzen;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy decision point, written to AuthZEN Authorization API 1.0: metadata (§9), one evaluation
 * (§6), several with defaults (§7), errors by status (§10.1.2). A test says what its policy is, and
 * how it misbehaves.
 */
final class PolicyServer implements AutoCloseable {
  private final HttpServer http;
  final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  final List<String> paths = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  volatile Predicate<JsonNode> policy = request -> true;
  volatile boolean hasMetadata = true;
  volatile boolean takesSeveral = true;
  volatile String claimsToBe;
  volatile Answer instead;
  volatile Object denialContext;
  volatile CountDownLatch hold;

  /** What is answered in place of a decision. */
  record Answer(int status, String type, String body) {}

  private PolicyServer(HttpServer http) {
    this.http = http;
  }

  static PolicyServer start() {
    return start(0);
  }

  static PolicyServer start(int port) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      PolicyServer server = new PolicyServer(http);
      http.createContext("/", server::answer);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://localhost:" + http.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/.well-known/authzen-configuration")) {
        metadata(exchange);
        return;
      }
      paths.add(path);
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      JsonNode request = Json.readTree(exchange.getRequestBody().readAllBytes());
      CountDownLatch wait = hold;
      if (wait != null) {
        try {
          wait.await();
        } catch (InterruptedException e) {
          return;
        }
      }
      Answer other = instead;
      if (other != null) {
        write(exchange, other.status(), other.type(), other.body());
        return;
      }
      boolean valid =
          exchange.getRequestMethod().equals("POST")
              && "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
      switch (path) {
        case "/access/v1/evaluation" -> evaluate(exchange, valid, request);
        case "/access/v1/evaluations" -> evaluateAll(exchange, valid, request);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private void metadata(HttpExchange exchange) throws IOException {
    if (!hasMetadata) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("policy_decision_point", claimsToBe == null ? url() : claimsToBe);
    metadata.put("access_evaluation_endpoint", url() + "/access/v1/evaluation");
    if (takesSeveral) {
      metadata.put("access_evaluations_endpoint", url() + "/access/v1/evaluations");
    }
    write(exchange, 200, "application/json", Json.write(metadata));
  }

  private void evaluate(HttpExchange exchange, boolean valid, JsonNode request) throws IOException {
    if (!valid || !isComplete(request)) {
      write(exchange, 400, "text/plain", "a required attribute is missing");
      return;
    }
    write(exchange, 200, "application/json", Json.write(decision(request)));
  }

  /** §7.1.1: what an evaluation leaves out, the top level says. */
  private void evaluateAll(HttpExchange exchange, boolean valid, JsonNode request)
      throws IOException {
    List<Map<String, Object>> decisions = new ArrayList<>();
    for (JsonNode one : request.path("evaluations")) {
      ObjectNode whole = Json.mapper().createObjectNode();
      for (String member : List.of("subject", "action", "resource", "context")) {
        JsonNode value = one.has(member) ? one.get(member) : request.get(member);
        if (value != null) {
          whole.set(member, value);
        }
      }
      if (!valid || !isComplete(whole)) {
        write(exchange, 400, "text/plain", "a required attribute is missing");
        return;
      }
      decisions.add(decision(whole));
    }
    write(exchange, 200, "application/json", Json.write(Map.of("evaluations", decisions)));
  }

  private static boolean isComplete(JsonNode request) {
    return request.path("subject").path("type").isString()
        && request.path("subject").path("id").isString()
        && request.path("action").path("name").isString()
        && request.path("resource").path("type").isString()
        && request.path("resource").path("id").isString();
  }

  private Map<String, Object> decision(JsonNode request) {
    asked.add(request);
    boolean allowed = policy.test(request);
    return allowed || denialContext == null
        ? Map.of("decision", allowed)
        : Map.of("decision", false, "context", denialContext);
  }

  private static void write(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
