package dev.latchstring.mcpserver.tools;

import tools.jackson.databind.JsonNode;

/**
 * {@code X-MCP-Context}: what a request states of the work it belongs to, such as a model's
 * temperature. Whoever sends the request writes it, so it is a wish or a remark: it says nothing
 * about the caller and opens nothing. What was stated when the token was issued is {@link
 * Caller#mcp}.
 *
 * @param members an object of at most 4096 bytes and 8 levels of nesting; without members where the
 *     request states nothing
 */
public record StatedContext(JsonNode members) {
  /** The request's header. */
  public static final String HEADER = "X-MCP-Context";

  /** The members' number alone: nobody but the client knows what they are. */
  @Override
  public String toString() {
    return "StatedContext[" + members.size() + " members]";
  }
}
