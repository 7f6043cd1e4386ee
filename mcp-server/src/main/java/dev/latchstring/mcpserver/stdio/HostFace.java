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

  /**
   * What the server behind is told that the host can do: what a host agrees with its front in the
   * extension {@link Protocol#AUTH_DATA} is between the two.
   */
  public ObjectNode capabilitiesPassedOn() {
    return passedOn(capabilities);
  }

  /** The capabilities of either side, as the other side of a front is told them. */
  public static ObjectNode passedOn(ObjectNode capabilities) {
    ObjectNode copy = capabilities.deepCopy();
    for (String member : new String[] {"extensions", "experimental"}) {
      if (copy.get(member) instanceof ObjectNode declared
          && declared.remove(Protocol.AUTH_DATA) != null
          && declared.isEmpty()) {
        copy.remove(member);
      }
    }
    return copy;
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
