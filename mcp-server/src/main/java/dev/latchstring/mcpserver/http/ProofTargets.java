package dev.latchstring.mcpserver.http;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.dpop.TargetUri;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * RFC 9449 §4.3: which address the proof of a request has to name. It is always one that the
 * operator gave, or begins with one: what a client says of the host it speaks to ({@code Host}) is
 * never part of it.
 */
final class ProofTargets {
  private ProofTargets() {}

  /**
   * Of an MCP endpoint: the resource's own address. A resource with further addresses has that one
   * of them that the request came to; a proxy in between may have taken from the front of the path
   * or added to it.
   *
   * @param also the resource's further addresses
   */
  static Function<HttpServletRequest, TargetUri> ofEndpoint(URI resource, List<URI> also) {
    TargetUri target = TargetUri.of(resource.toString());
    if (also.isEmpty()) {
      return request -> target;
    }
    List<URI> all = new ArrayList<>(also);
    all.addFirst(resource);
    return request -> {
      String path = request.getRequestURI();
      return all.stream()
          .filter(address -> path.equals(address.getRawPath()))
          .findFirst()
          .or(() -> all.stream().filter(address -> isBehindProxy(address, path)).findFirst())
          .map(address -> TargetUri.of(address.toString()))
          .orElse(target);
    };
  }

  private static boolean isBehindProxy(URI address, String path) {
    String outside = address.getRawPath();
    return path.length() > 1
        && outside.length() > 1
        && (outside.endsWith(path) || path.endsWith(outside));
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
