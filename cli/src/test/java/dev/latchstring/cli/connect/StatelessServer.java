package dev.latchstring.cli.connect;

import com.sun.net.httpserver.HttpExchange;
import dev.latchstring.mcpserver.front.HeaderValue;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A server of the stateless era, as strict about headers as the specification asks. */
final class StatelessServer extends RawServer {
  final List<ObjectNode> received = new CopyOnWriteArrayList<>();
  final List<OutputStream> streams = new CopyOnWriteArrayList<>();
  volatile String region = "Region";
  volatile List<String> supported = List.of(Protocol.STATELESS);

  static StatelessServer start() throws IOException {
    StatelessServer server = new StatelessServer();
    server.start(0);
    return server;
  }

  void tell(String method) throws IOException {
    for (OutputStream out : streams) {
      event(out, null, JsonRpc.notification(method, null));
    }
  }

  @Override
  void handle(HttpExchange exchange) throws Exception {
    if (!exchange.getRequestMethod().equals("POST")) {
      empty(exchange, 405);
      return;
    }
    ObjectNode message = read(exchange);
    received.add(message);
    JsonNode id = message.path("id");
    JsonNode params = message.path("params");
    JsonNode meta = params.path("_meta");
    String method = message.path("method").asString("");
    String version = meta.path(Protocol.META_VERSION).asString("");
    if (!supported.contains(version)) {
      ObjectNode data = JsonRpc.object().put("requested", version);
      data.set("supported", JsonRpc.strings(supported));
      json(exchange, 400, JsonRpc.error(id, new RpcError(-32022, "Unsupported version", data)));
    } else if (!meta.path(Protocol.META_CLIENT_CAPABILITIES).isObject()) {
      json(exchange, 400, JsonRpc.error(id, new RpcError(-32602, "no capabilities")));
    } else if (!headersMatch(exchange, method, params)) {
      json(exchange, 400, JsonRpc.error(id, new RpcError(-32020, "Header mismatch")));
    } else {
      request(exchange, id, method, params);
    }
  }

  private boolean headersMatch(HttpExchange exchange, String method, JsonNode params) {
    var headers = exchange.getRequestHeaders();
    boolean named = method.equals("tools/call");
    boolean regional = params.path("name").asString("").equals("regional");
    return Protocol.STATELESS.equals(headers.getFirst("MCP-Protocol-Version"))
        && method.equals(headers.getFirst("Mcp-Method"))
        && (!named
            || HeaderValue.encode(params.path("name").asString(""))
                .equals(headers.getFirst("Mcp-Name")))
        && (!regional
            || params
                .path("arguments")
                .path("region")
                .asString("")
                .equals(headers.getFirst("Mcp-Param-" + region)));
  }

  private void request(HttpExchange exchange, JsonNode id, String method, JsonNode params)
      throws Exception {
    switch (method) {
      case "server/discover" -> {
        ObjectNode result = complete();
        result.set("supportedVersions", JsonRpc.strings(supported));
        result.putObject("capabilities").putObject("tools").put("listChanged", true);
        result
            .putObject("_meta")
            .putObject(Protocol.META_SERVER_INFO)
            .put("name", "raw-stateless")
            .put("version", "1");
        json(exchange, 200, JsonRpc.result(id, result));
      }
      case "tools/list" -> {
        ObjectNode result = complete();
        ArrayNode tools = result.putArray("tools");
        for (String name : List.of("echo", "ask", "slow", "die", "latch_login")) {
          tools.add(tool(name));
        }
        tools.add(annotated("regional", "string", region));
        tools.add(annotated("invalid", "number", "Number"));
        json(exchange, 200, JsonRpc.result(id, result));
      }
      case "tools/call" -> call(exchange, id, params);
      case "subscriptions/listen" -> listen(exchange, id, params);
      default -> json(exchange, 404, JsonRpc.error(id, new RpcError(-32601, "Method not found")));
    }
  }

  private static ObjectNode complete() {
    return JsonRpc.object()
        .put("resultType", "complete")
        .put("ttlMs", 1000)
        .put("cacheScope", "public");
  }

  private static ObjectNode annotated(String name, String type, String header) {
    ObjectNode tool = JsonRpc.object().put("name", name);
    tool.putObject("inputSchema")
        .put("type", "object")
        .putObject("properties")
        .putObject("region")
        .put("type", type)
        .put("x-mcp-header", header);
    return tool;
  }

  private void call(HttpExchange exchange, JsonNode id, JsonNode params) throws Exception {
    String name = params.path("name").asString();
    count(name);
    ObjectNode result;
    switch (name) {
      case "echo" -> {
        OutputStream out = stream(exchange);
        JsonNode token = params.path("_meta").path("progressToken");
        if (!token.isMissingNode()) {
          event(out, null, progress(token, 1));
        }
        result = text("echo " + params.path("arguments")).put("resultType", "complete");
        event(out, null, JsonRpc.result(id, result));
      }
      case "ask" -> {
        JsonNode answer = params.path("inputResponses").path("who");
        if (answer.isMissingNode()) {
          result = JsonRpc.object().put("resultType", "input_required");
          result
              .putObject("inputRequests")
              .putObject("who")
              .put("method", "elicitation/create")
              .set("params", form("Your name?"));
          result.put("requestState", "the server's own");
        } else {
          String state = params.path("requestState").asString();
          result = text("answered " + answer + " " + state).put("resultType", "complete");
        }
        json(exchange, 200, JsonRpc.result(id, result));
      }
      case "slow" -> {
        OutputStream out = stream(exchange);
        slowStarted.countDown();
        try {
          for (int i = 0; i < 200; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            out.write(": still\n\n".getBytes());
            out.flush();
          }
        } catch (IOException e) {
          slowCancelled.countDown();
        }
      }
      case "die" -> throw new IOException("as if the process had died");
      default ->
          json(
              exchange,
              200,
              JsonRpc.result(id, text("called " + name).put("resultType", "complete")));
    }
  }

  private void listen(HttpExchange exchange, JsonNode id, JsonNode params) throws Exception {
    count("the stream");
    OutputStream out = stream(exchange);
    ObjectNode acknowledged = JsonRpc.object();
    acknowledged.putObject("_meta").set(Protocol.META_SUBSCRIPTION, id);
    acknowledged.set("notifications", params.path("notifications"));
    event(
        out, null, JsonRpc.notification("notifications/subscriptions/acknowledged", acknowledged));
    streams.add(out);
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(100);
        out.write(": still\n\n".getBytes());
        out.flush();
      }
    } finally {
      streams.remove(out);
    }
  }
}
