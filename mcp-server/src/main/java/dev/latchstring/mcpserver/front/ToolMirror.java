package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import java.util.Map;
import java.util.Set;
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
public final class ToolMirror {
  static final int MAX_TOOLS = 5000;

  /** Follows the name of a server's tool that is called like one of the front's own. */
  private static final String RENAMED = "_of_server";

  private static final Logger LOG = LoggerFactory.getLogger(ToolMirror.class);

  private final Set<String> reserved;

  private record Tool(HeaderParameters headers, boolean repeatable) {}

  private final Map<String, Tool> tools = new ConcurrentHashMap<>();

  /**
   * @param reserved the names of the front's own tools
   */
  public ToolMirror(Set<String> reserved) {
    this.reserved = Set.copyOf(reserved);
  }

  /**
   * Learns from a page of {@code tools/list}.
   *
   * @param stateless whether the server is of the era that has headers for arguments; there, a tool
   *     with wrong annotations is left out
   * @return the page as the host may see it
   */
  public ObjectNode learn(ObjectNode result, boolean stateless) {
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
        shown.add(reserved.contains(name) ? object.deepCopy().put("name", name + RENAMED) : object);
      } catch (HeaderParameters.InvalidAnnotation e) {
        LOG.warn("the tool {} is left out: {}", Quoted.text(name, 80), e.getMessage());
      }
    }
    ObjectNode copy = result.deepCopy();
    copy.set("tools", shown);
    return copy;
  }

  public void forget() {
    tools.clear();
  }

  public boolean knows(String name) {
    return tools.containsKey(name);
  }

  /** MCP tool annotations: a call that reads only, or changes nothing the second time. */
  boolean isRepeatable(@Nullable String name) {
    Tool tool = name == null ? null : tools.get(name);
    return tool != null && tool.repeatable;
  }

  public Map<String, String> headers(String name, ObjectNode arguments) {
    Tool tool = tools.get(name);
    return tool == null ? Map.of() : tool.headers.headers(arguments);
  }

  /** The params of a host's call with the name the server knows. */
  public ObjectNode withServersName(ObjectNode params) {
    String name = JsonRpc.textAt(params, "name");
    if (name == null || !name.endsWith(RENAMED)) {
      return params;
    }
    String own = name.substring(0, name.length() - RENAMED.length());
    return reserved.contains(own) ? params.deepCopy().put("name", own) : params;
  }
}
