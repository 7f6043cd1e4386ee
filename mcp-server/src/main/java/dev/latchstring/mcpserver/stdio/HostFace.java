package dev.latchstring.mcpserver.stdio;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host says of itself: for a whole session in {@code initialize}, or in each request's
 * {@code _meta}.
 *
 * @param stateless whether the request is of 2026-07-28
 * @param version the protocol version the host speaks
 * @param clientInfo its name and version, unverified; empty where it did not say
 * @param capabilities what it can be asked
 * @param logLevel the least severe log message it wants; null for none
 */
public record HostFace(
    boolean stateless,
    String version,
    ObjectNode clientInfo,
    ObjectNode capabilities,
    @Nullable String logLevel) {

  /** The same host, which now wants log messages from this level on. */
  public HostFace withLogLevel(String level) {
    return new HostFace(stateless, version, clientInfo, capabilities, level);
  }

  /** MCP 2025-11-25 and later, "Elicitation", URL mode. */
  public boolean canOpenUrl() {
    boolean known = stateless || version.equals(Protocol.NEWEST_SESSION);
    return known && capabilities.path("elicitation").path("url").isObject();
  }

  /** An empty {@code elicitation} capability means form mode, the only one before 2025-11-25. */
  public boolean canFillForm() {
    return capabilities.get("elicitation") instanceof ObjectNode elicitation
        && (elicitation.path("form").isObject() || !elicitation.path("url").isObject());
  }

  /** Whether the host declared what a server's request needs of it. */
  public boolean canAnswer(String method, ObjectNode params) {
    return switch (method) {
      case "elicitation/create" ->
          "url".equals(JsonRpc.textAt(params, "mode")) ? canOpenUrl() : canFillForm();
      case "sampling/createMessage" -> capabilities.path("sampling").isObject();
      case "roots/list" -> capabilities.path("roots").isObject();
      default -> !stateless;
    };
  }

  public String name() {
    String name = JsonRpc.textAt(clientInfo, "name");
    return name == null ? "an MCP host" : name;
  }
}
