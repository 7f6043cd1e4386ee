package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.context.McpContext;
import java.util.List;

/**
 * What becomes of the things that MCP clients state of themselves.
 *
 * @param tokenMembers the members of {@code mcp_context} that tokens repeat; {@value
 *     McpContext#SESSION} by default
 * @param tokenEndpointAudience whether an {@code mcp_assertion} may be made for the token endpoint,
 *     as well as for the issuer
 */
public record ContextSettings(List<String> tokenMembers, boolean tokenEndpointAudience) {
  public static final ContextSettings DEFAULT =
      new ContextSettings(List.of(McpContext.SESSION), false);

  public ContextSettings {
    tokenMembers = List.copyOf(tokenMembers);
  }
}
