package dev.latchstring.authorizationserver.device;

import dev.latchstring.oauth.Scope;

/**
 * RFC 8628 §3.1. What a device asks for, after every check.
 *
 * @param resource RFC 8707: what the token is to be for
 * @param requestedFrom the address the request came from, shown to the person who decides
 * @param userAgent how the requesting program named itself, at most 256 characters; may be empty
 */
public record DeviceAuthorizationRequest(
    String clientId, Scope scope, String resource, String requestedFrom, String userAgent) {
  public DeviceAuthorizationRequest {
    userAgent = userAgent.length() > 256 ? userAgent.substring(0, 256) : userAgent;
  }
}
