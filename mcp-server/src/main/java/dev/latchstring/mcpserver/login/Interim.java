package dev.latchstring.mcpserver.login;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import tools.jackson.databind.node.ObjectNode;

/**
 * A result that is given instead of the server's, and that the host answers by asking again: an
 * {@code input_required} result, or a tool result with {@code isError}.
 */
public final class Interim extends RuntimeException {
  private final transient ObjectNode result;

  public Interim(ObjectNode result) {
    super("an interim result", null, false, false);
    this.result = result;
  }

  public ObjectNode result() {
    return result;
  }

  /** MCP, "Tool Execution Errors". */
  static Interim toolError(String text, ObjectNode authorization) {
    ObjectNode result = JsonRpc.object().put("isError", true);
    result.putArray("content").addObject().put("type", "text").put("text", text);
    result.putObject("_meta").set(Protocol.AUTH_DATA, authorization);
    return new Interim(result);
  }

  /** MCP 2026-07-28, "InputRequiredResult". */
  static Interim inputRequired(ObjectNode inputRequests, String requestState) {
    ObjectNode result = JsonRpc.object().put("resultType", "input_required");
    result.set("inputRequests", inputRequests);
    result.put("requestState", requestState);
    return new Interim(result);
  }
}
