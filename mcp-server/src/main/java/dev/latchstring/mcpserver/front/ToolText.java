package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import tools.jackson.databind.node.ObjectNode;

/** MCP, "Tool Result": one text, as a front's own tools answer. */
public final class ToolText {
  private ToolText() {}

  public static ObjectNode of(String text) {
    return of(text, false);
  }

  public static ObjectNode error(String text) {
    return of(text, true);
  }

  private static ObjectNode of(String text, boolean error) {
    ObjectNode result = JsonRpc.object();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result.put("isError", error);
  }
}
