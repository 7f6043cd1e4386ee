package dev.latchstring.mcpserver.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The public addresses of an MCP endpoint: the resource's own, and further ones, such as that where
 * a server of the HTTP+SSE transport takes messages.
 */
final class EndpointAddresses {
  private final URI resource;
  private final List<URI> all;

  /**
   * @param also the resource's further addresses
   */
  EndpointAddresses(URI resource, List<URI> also) {
    this.resource = resource;
    this.all = new ArrayList<>(also);
    all.addFirst(resource);
  }

  /** Whether there are further ones. */
  boolean areSeveral() {
    return all.size() > 1;
  }

  /**
   * The one that a request came to, the resource's own where that cannot be told. A proxy in
   * between may have taken from the front of the path or added to it.
   */
  URI of(HttpServletRequest request) {
    if (!areSeveral()) {
      return resource;
    }
    String path = request.getRequestURI();
    return all.stream()
        .filter(address -> path.equals(address.getRawPath()))
        .findFirst()
        .or(() -> all.stream().filter(address -> isBehindProxy(address, path)).findFirst())
        .orElse(resource);
  }

  private static boolean isBehindProxy(URI address, String path) {
    String outside = address.getRawPath();
    return path.length() > 1
        && outside.length() > 1
        && (outside.endsWith(path) || path.endsWith(outside));
  }
}
