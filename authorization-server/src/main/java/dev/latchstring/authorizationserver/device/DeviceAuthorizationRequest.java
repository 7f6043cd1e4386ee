package dev.latchstring.authorizationserver.device;

import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.1. What a device asks for, after every check.
 *
 * @param resource RFC 8707: what the token is to be for
 * @param requestedFrom the address the request came from, shown to the person who decides
 * @param userAgent how the requesting program named itself, at most 256 characters; may be empty
 * @param context {@code mcp_context}: what the client states of its model session; null where it
 *     states nothing
 */
public record DeviceAuthorizationRequest(
    String clientId,
    Scope scope,
    String resource,
    String requestedFrom,
    String userAgent,
    @Nullable McpContext context) {
  public DeviceAuthorizationRequest {
    userAgent = userAgent.length() > 256 ? userAgent.substring(0, 256) : userAgent;
  }
}
