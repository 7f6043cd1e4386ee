package dev.latchstring.cli.connect;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the bridge keeps of the server's tools: which headers their arguments go into, whether a
 * call may be repeated, and what they are called where the name is the bridge's own.
 *
 * <p>It holds at most {@value #MAX_TOOLS} tools; a call of one it does not hold is sent as it is.
 */
final class ToolMirror {
  static final int MAX_TOOLS = 5000;

  /** The name under which the host sees a server's tool that is called like the bridge's own. */
  static final String RENAMED = Protocol.LOGIN_TOOL + "_of_server";

  private static final Logger LOG = LoggerFactory.getLogger(ToolMirror.class);

  private record Tool(HeaderParameters headers, boolean repeatable) {}

  private final Map<String, Tool> tools = new ConcurrentHashMap<>();

  /**
   * Learns from a page of {@code tools/list}.
   *
   * @param stateless whether the server is of the era that has headers for arguments; there, a tool
   *     with wrong annotations is left out
   * @return the page as the host may see it
   */
  ObjectNode learn(ObjectNode result, boolean stateless) {
    if (!(result.get("tools") instanceof ArrayNode page)) {
      return result;
    }
    ArrayNode shown = JsonRpc.array();
    for (JsonNode tool : page) {
      String name = JsonRpc.textAt(tool, "name");
      if (name == null || !(tool instanceof ObjectNode object)) {
        LOG.warn("the server lists a tool without a name; it is left out");
        continue;
      }
      try {
        HeaderParameters headers =
            stateless ? HeaderParameters.read(tool.path("inputSchema")) : HeaderParameters.NONE;
        JsonNode hints = tool.path("annotations");
        boolean repeatable =
            hints.path("readOnlyHint").asBoolean(false)
                || hints.path("idempotentHint").asBoolean(false);
        if (tools.size() < MAX_TOOLS || tools.containsKey(name)) {
          tools.put(name, new Tool(headers, repeatable));
        }
        shown.add(
            name.equals(Protocol.LOGIN_TOOL) ? object.deepCopy().put("name", RENAMED) : object);
      } catch (HeaderParameters.InvalidAnnotation e) {
        LOG.warn("the tool {} is left out: {}", Quoted.text(name, 80), e.getMessage());
      }
    }
    ObjectNode copy = result.deepCopy();
    copy.set("tools", shown);
    return copy;
  }

  void forget() {
    tools.clear();
  }

  boolean knows(String name) {
    return tools.containsKey(name);
  }

  /** MCP tool annotations: a call that reads only, or changes nothing the second time. */
  boolean isRepeatable(@Nullable String name) {
    Tool tool = name == null ? null : tools.get(name);
    return tool != null && tool.repeatable;
  }

  Map<String, String> headers(String name, ObjectNode arguments) {
    Tool tool = tools.get(name);
    return tool == null ? Map.of() : tool.headers.headers(arguments);
  }

  /** The params of a host's call with the name the server knows. */
  static ObjectNode withServersName(ObjectNode params) {
    return RENAMED.equals(JsonRpc.textAt(params, "name"))
        ? params.deepCopy().put("name", Protocol.LOGIN_TOOL)
        : params;
  }
}
