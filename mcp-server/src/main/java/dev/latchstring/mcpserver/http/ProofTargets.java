package dev.latchstring.mcpserver.http;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.dpop.TargetUri;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.function.Function;

/**
 * RFC 9449 §4.3: which address the proof of a request has to name. It is always one that the
 * operator gave, or begins with one: what a client says of the host it speaks to ({@code Host}) is
 * never part of it.
 */
final class ProofTargets {
  private ProofTargets() {}

  /** Of an MCP endpoint: the one of its addresses that the request came to. */
  static Function<HttpServletRequest, TargetUri> ofEndpoint(EndpointAddresses addresses) {
    return request -> TargetUri.of(addresses.of(request).toString());
  }

  /** Of an API, which has many addresses below that of the resource: the one of the request. */
  static Function<HttpServletRequest, TargetUri> ofApi(URI resource) {
    String origin = resource.getScheme() + "://" + resource.getRawAuthority();
    return request -> {
      try {
        return TargetUri.of(origin + request.getRequestURI());
      } catch (IllegalArgumentException e) {
        throw new OAuthException(
            ErrorCode.INVALID_DPOP_PROOF, "no proof can name this address: " + e.getMessage());
      }
    };
  }
}
