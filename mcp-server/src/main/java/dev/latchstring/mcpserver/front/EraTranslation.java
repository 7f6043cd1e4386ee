package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.Interim;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What differs between the eras in results and errors that mean the same. */
public final class EraTranslation {
  private EraTranslation() {}

  /** For a host with a session: without what only 2026-07-28 knows. */
  static ObjectNode toSession(ObjectNode result) {
    ObjectNode copy = result.deepCopy();
    copy.remove("resultType");
    copy.remove("ttlMs");
    copy.remove("cacheScope");
    if (copy.get("_meta") instanceof ObjectNode meta) {
      meta.remove(Protocol.META_SERVER_INFO);
      if (meta.isEmpty()) {
        copy.remove("_meta");
      }
    }
    return copy;
  }

  /**
   * For a host of 2026-07-28: a server with a session gives no caching hints, so nothing may be
   * kept or shared.
   */
  static ObjectNode toStateless(String method, ObjectNode result, JsonNode serverInfo) {
    ObjectNode copy = result.deepCopy();
    if (!copy.has("resultType")) {
      copy.put("resultType", "complete");
    }
    boolean complete = "complete".equals(JsonRpc.textAt(copy, "resultType"));
    if (complete && isCacheable(method) && !copy.has("ttlMs")) {
      copy.put("ttlMs", 0).put("cacheScope", "private");
    }
    if (serverInfo.isObject()) {
      ObjectNode meta =
          copy.get("_meta") instanceof ObjectNode existing ? existing : copy.putObject("_meta");
      meta.set(Protocol.META_SERVER_INFO, serverInfo);
    }
    return copy;
  }

  /** A request of a stateless host, without what a server with a session does not know. */
  public static ObjectNode sessionParams(ObjectNode given) {
    ObjectNode params = given.deepCopy();
    params.remove(List.of("inputResponses", "requestState"));
    if (params.get("_meta") instanceof ObjectNode meta) {
      meta.remove(
          List.of(
              Protocol.META_VERSION,
              Protocol.META_CLIENT_INFO,
              Protocol.META_CLIENT_CAPABILITIES,
              Protocol.META_LOG_LEVEL));
      if (meta.isEmpty()) {
        params.remove("_meta");
      }
    }
    return params;
  }

  /** -32042 of a server with a session, as a stateless host can be asked for the same. */
  static RuntimeException urlsWanted(Call call, RpcError error) {
    JsonNode elicitations =
        error.data() == null ? JsonRpc.array() : error.data().path("elicitations");
    boolean possible =
        error.code() == RpcError.URL_ELICITATION_REQUIRED
            && call.mayAskPerson()
            && call.face().canOpenUrl()
            && elicitations.isArray()
            && !elicitations.isEmpty();
    if (!possible) {
      return error;
    }
    ObjectNode result = JsonRpc.object().put("resultType", "input_required");
    ObjectNode requests = result.putObject("inputRequests");
    int number = 0;
    for (JsonNode elicitation : elicitations) {
      if (elicitation instanceof ObjectNode object) {
        ObjectNode params = object.deepCopy();
        params.remove("elicitationId");
        requests
            .putObject("question-" + ++number)
            .put("method", "elicitation/create")
            .set("params", params);
      }
    }
    return new Interim(result);
  }

  /** MCP 2026-07-28, "Error Codes": what earlier versions said that this one must not. */
  static RpcError toStateless(RpcError error) {
    return switch (error.code()) {
      case RpcError.RESOURCE_NOT_FOUND ->
          new RpcError(RpcError.INVALID_PARAMS, error.message(), error.data());
      case RpcError.URL_ELICITATION_REQUIRED ->
          new RpcError(
              RpcError.INTERNAL,
              "the server wants an address opened, which the host cannot: " + error.message(),
              error.data());
      default -> error;
    };
  }

  /** MCP 2026-07-28, "Cacheable Results". */
  private static boolean isCacheable(String method) {
    return switch (method) {
      case "server/discover",
          "tools/list",
          "prompts/list",
          "resources/list",
          "resources/templates/list",
          "resources/read" ->
          true;
      default -> false;
    };
  }
}
