package dev.latchstring.cli.connect;

import com.sun.net.httpserver.HttpExchange;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server of 2024-11-05: a stream of events, and an address for messages beside it. */
final class EventServer extends RawServer {
  final List<String> headers = new CopyOnWriteArrayList<>();
  final List<ObjectNode> received = new CopyOnWriteArrayList<>();
  private final Map<String, OutputStream> streams = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<ObjectNode>> questions = new ConcurrentHashMap<>();
  volatile String version = "2024-11-05";

  /** What the endpoint event says; null for the right thing. */
  volatile String endpoint;

  /** Ends the call of "beside", whose question is still open then. */
  final CountDownLatch finishBeside = new CountDownLatch(1);

  final CountDownLatch besideFinished = new CountDownLatch(1);

  /** The first event's type. */
  volatile String first = "endpoint";

  static EventServer start() throws IOException {
    return at(0);
  }

  static EventServer at(int port) throws IOException {
    EventServer server = new EventServer();
    server.start(port);
    return server;
  }

  int sessions() {
    return streams.size();
  }

  /** As a restart would. */
  void dropStreams() {
    streams.values().forEach(EventServer::close);
    streams.clear();
  }

  void tell(String method) throws IOException {
    for (OutputStream out : streams.values()) {
      send(out, "message", JsonRpc.notification(method, null).toString());
    }
  }

  private static void close(OutputStream out) {
    try {
      out.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void send(OutputStream out, String type, String data) throws IOException {
    synchronized (out) {
      out.write(("event: " + type + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  @Override
  void handle(HttpExchange exchange) throws Exception {
    exchange.getRequestHeaders().forEach((name, value) -> headers.add(name + ": " + value));
    String query = exchange.getRequestURI().getQuery();
    if (exchange.getRequestMethod().equals("GET")) {
      stream(exchange, UUID.randomUUID().toString());
    } else if (query == null) {
      empty(exchange, 404);
    } else {
      post(exchange, query.substring("session=".length()));
    }
  }

  private void stream(HttpExchange exchange, String session) throws Exception {
    OutputStream out = stream(exchange);
    streams.put(session, out);
    send(out, first, endpoint == null ? "/mcp?session=" + session : endpoint);
    try {
      while (streams.containsKey(session)) {
        TimeUnit.MILLISECONDS.sleep(50);
        synchronized (out) {
          out.write(": still\n\n".getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      }
    } finally {
      streams.remove(session);
    }
  }

  private void post(HttpExchange exchange, String session) throws Exception {
    OutputStream out = streams.get(session);
    ObjectNode message = read(exchange);
    empty(exchange, out == null ? 404 : 202);
    if (out == null) {
      return;
    }
    String method = JsonRpc.textAt(message, "method");
    if (method == null) {
      questions.get(message.get("id").asString()).complete(message);
    } else if (message.has("id")) {
      ObjectNode result = answer(out, session, method, message);
      if (result != null) {
        send(out, "message", JsonRpc.result(message.get("id"), result).toString());
      }
    } else {
      received.add(message);
      if (method.equals("notifications/cancelled")) {
        slowCancelled.countDown();
      }
    }
  }

  private ObjectNode answer(OutputStream out, String session, String method, ObjectNode message)
      throws Exception {
    return switch (method) {
      case "initialize" -> {
        ObjectNode result = JsonRpc.object().put("protocolVersion", version);
        result.putObject("capabilities").putObject("tools").put("listChanged", true);
        result.putObject("serverInfo").put("name", "events").put("version", "1");
        yield result;
      }
      case "tools/list" -> {
        ObjectNode result = JsonRpc.object();
        for (String name : List.of("echo", "ask", "slow", "lost")) {
          result.withArray("tools").add(tool(name));
        }
        yield result;
      }
      case "tools/call" -> call(out, session, message);
      default -> {
        count(method);
        yield JsonRpc.object();
      }
    };
  }

  private ObjectNode call(OutputStream out, String session, ObjectNode message) throws Exception {
    JsonNode params = message.path("params");
    String name = params.path("name").asString();
    int number = count(name);
    switch (name) {
      case "ask" -> {
        String id = "question-" + number;
        questions.put(id, new CompletableFuture<>());
        ObjectNode question =
            JsonRpc.request(
                tools.jackson.databind.node.StringNode.valueOf(id),
                "elicitation/create",
                form("Who?"));
        send(out, "message", question.toString());
        ObjectNode answer = questions.get(id).get(120, TimeUnit.SECONDS);
        return text("hello " + answer.path("result").path("content").path("name").asString());
      }
      case "beside" -> {
        ObjectNode question =
            JsonRpc.request(
                tools.jackson.databind.node.StringNode.valueOf("beside-" + number),
                "elicitation/create",
                form("Who is here?"));
        questions.put("beside-" + number, new CompletableFuture<>());
        send(out, "message", question.toString());
        finishBeside.await(120, TimeUnit.SECONDS);
        ObjectNode done = JsonRpc.result(message.get("id"), text("done beside"));
        send(out, "message", done.toString());
        besideFinished.countDown();
        return null;
      }
      case "slow" -> {
        JsonNode token = params.path("_meta").path("progressToken");
        if (!token.isMissingNode()) {
          send(out, "message", progress(token, 1).toString());
        }
        slowStarted.countDown();
        return null;
      }
      case "lost" -> {
        streams.remove(session);
        close(out);
        return null;
      }
      default -> {
        return text("echo " + params.path("arguments").path("text").asString());
      }
    }
  }
}
