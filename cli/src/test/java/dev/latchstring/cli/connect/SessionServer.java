package dev.latchstring.cli.connect;

import com.sun.net.httpserver.HttpExchange;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A server of the session era. */
final class SessionServer extends RawServer {
  final Set<String> sessions = ConcurrentHashMap.newKeySet();
  final List<ObjectNode> received = new CopyOnWriteArrayList<>();
  final List<OutputStream> streams = new CopyOnWriteArrayList<>();
  private final Map<String, CompletableFuture<ObjectNode>> questions = new ConcurrentHashMap<>();
  volatile String version = Protocol.NEWEST_SESSION;
  volatile boolean resumable = true;

  static SessionServer start() throws IOException {
    return at(0);
  }

  static SessionServer at(int port) throws IOException {
    SessionServer server = new SessionServer();
    server.start(port);
    return server;
  }

  /** As a restart would. */
  void forgetSessions() {
    sessions.clear();
  }

  void tell(String method) throws IOException {
    for (OutputStream out : streams) {
      event(out, null, JsonRpc.notification(method, null));
    }
  }

  @Override
  void handle(HttpExchange exchange) throws Exception {
    String session = exchange.getRequestHeaders().getFirst("MCP-Session-Id");
    switch (exchange.getRequestMethod()) {
      case "GET" -> get(exchange, session);
      case "DELETE" -> {
        sessions.remove(session);
        empty(exchange, 200);
      }
      default -> post(exchange, read(exchange), session);
    }
  }

  private void get(HttpExchange exchange, String session) throws Exception {
    if (!sessions.contains(session)) {
      empty(exchange, 404);
      return;
    }
    String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    OutputStream out = stream(exchange);
    if (last != null && last.startsWith("drop-")) {
      JsonNode id = JsonRpc.parse(last.substring(5).getBytes());
      event(out, last + "-end", JsonRpc.result(id, text("resumed")));
      return;
    }
    count("the stream");
    streams.add(out);
    out.write(": here\n\n".getBytes());
    out.flush();
    while (sessions.contains(session)) {
      TimeUnit.MILLISECONDS.sleep(100);
      out.write(": still\n\n".getBytes());
      out.flush();
    }
    streams.remove(out);
  }

  private void post(HttpExchange exchange, ObjectNode message, String session) throws Exception {
    String method = JsonRpc.textAt(message, "method");
    if ("initialize".equals(method)) {
      initialize(exchange, message);
    } else if (exchange.getRequestHeaders().containsKey("Mcp-Method") && session == null) {
      empty(exchange, 400);
    } else if (!sessions.contains(session)) {
      empty(exchange, 404);
    } else if (!version.equals(exchange.getRequestHeaders().getFirst("MCP-Protocol-Version"))) {
      empty(exchange, 400);
    } else if (method == null) {
      questions.get(message.get("id").asString()).complete(message);
      empty(exchange, 202);
    } else if (!message.has("id")) {
      received.add(message);
      if (method.equals("notifications/cancelled")) {
        slowCancelled.countDown();
      }
      empty(exchange, 202);
    } else {
      request(exchange, message, method);
    }
  }

  private void initialize(HttpExchange exchange, ObjectNode message) throws IOException {
    received.add(message);
    String session = UUID.randomUUID().toString();
    sessions.add(session);
    ObjectNode result = JsonRpc.object().put("protocolVersion", version);
    ObjectNode capabilities = result.putObject("capabilities");
    capabilities.putObject("tools").put("listChanged", true);
    capabilities.putObject("resources").put("subscribe", true);
    capabilities.putObject("logging");
    result.putObject("serverInfo").put("name", "raw-session").put("version", "1");
    exchange.getResponseHeaders().set("MCP-Session-Id", session);
    json(exchange, 200, JsonRpc.result(message.get("id"), result));
  }

  private void request(HttpExchange exchange, ObjectNode message, String method) throws Exception {
    JsonNode id = message.get("id");
    JsonNode params = message.path("params");
    switch (method) {
      case "tools/list" -> {
        ObjectNode result = JsonRpc.object();
        ArrayNode tools = result.putArray("tools");
        for (String name : List.of("echo", "ask", "slow", "drop", "die", "latch_login")) {
          tools.add(tool(name));
        }
        ObjectNode read = tool("read");
        read.putObject("annotations").put("readOnlyHint", true);
        tools.add(read);
        json(exchange, 200, JsonRpc.result(id, result));
      }
      case "tools/call" -> {
        received.add(message);
        call(exchange, id, params);
      }
      case "resources/read" ->
          json(exchange, 200, JsonRpc.error(id, new RpcError(-32002, "Resource not found")));
      case "logging/setLevel", "resources/subscribe", "resources/unsubscribe" -> {
        received.add(message);
        json(exchange, 200, JsonRpc.result(id, JsonRpc.object()));
      }
      default -> json(exchange, 200, JsonRpc.error(id, new RpcError(-32601, "Method not found")));
    }
  }

  private void call(HttpExchange exchange, JsonNode id, JsonNode params) throws Exception {
    String name = params.path("name").asString();
    int times = count(name);
    switch (name) {
      case "echo" -> {
        OutputStream out = stream(exchange);
        JsonNode token = params.path("_meta").path("progressToken");
        if (!token.isMissingNode()) {
          event(out, null, progress(token, 1));
        }
        event(out, null, JsonRpc.result(id, text("echo " + params.path("arguments"))));
      }
      case "ask" -> {
        OutputStream out = stream(exchange);
        String question = "q-" + UUID.randomUUID();
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        questions.put(question, answer);
        JsonNode questionId = JsonRpc.parse(("\"" + question + "\"").getBytes());
        event(out, null, JsonRpc.request(questionId, "elicitation/create", form("Your name?")));
        event(out, null, JsonRpc.result(id, text("answered " + answer.get(120, TimeUnit.SECONDS))));
      }
      case "slow" -> {
        OutputStream out = stream(exchange);
        slowStarted.countDown();
        slowCancelled.await(120, TimeUnit.SECONDS);
        event(out, null, JsonRpc.result(id, text("too late")));
      }
      case "drop" -> {
        OutputStream out = stream(exchange);
        if (resumable) {
          out.write(("retry: 10\nid: drop-" + id + "\ndata: \n\n").getBytes());
        }
        out.flush();
      }
      case "die" -> throw new IOException("as if the process had died");
      case "read" -> {
        if (times == 1) {
          throw new IOException("as if the process had died");
        }
        json(exchange, 200, JsonRpc.result(id, text("read " + times)));
      }
      default -> json(exchange, 200, JsonRpc.result(id, text("called " + name)));
    }
  }
}
