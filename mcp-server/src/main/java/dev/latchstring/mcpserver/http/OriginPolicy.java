package dev.latchstring.mcpserver.http;

import dev.latchstring.oauth.HttpsUri;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * MCP, Streamable HTTP, "Security". Web pages may reach the server only from listed origins, so
 * that a page whose name was rebound to this machine cannot. A request without {@code Origin} does
 * not come from such a page. Listed origins get the CORS headers a browser's client needs.
 */
final class OriginPolicy {
  private static final String EXPOSED =
      "WWW-Authenticate, DPoP-Nonce, Mcp-Session-Id, MCP-Protocol-Version, X-MCP-Debug";

  private final Set<String> allowed;

  /**
   * @param resource whose own origin is always allowed
   * @param others further origins, such as {@code https://host.example}
   */
  OriginPolicy(URI resource, Set<String> others) {
    Set<String> all = new LinkedHashSet<>();
    all.add(HttpsUri.origin(resource));
    for (String other : others) {
      String origin = HttpsUri.origin(URI.create(other));
      if (!origin.equalsIgnoreCase(other)) {
        throw new IllegalArgumentException(
            "an origin is a scheme, a host and perhaps a port, such as " + origin);
      }
      all.add(origin);
    }
    this.allowed = Set.copyOf(all);
  }

  /**
   * @throws Refusal 403 where the request comes from a page that is not allowed to send it
   */
  void check(HttpServletRequest request, HttpServletResponse response) {
    List<String> origins = Collections.list(request.getHeaders("Origin"));
    if (origins.isEmpty()) {
      return;
    }
    String origin = origins.getFirst();
    if (origins.size() > 1 || !allowed.contains(origin)) {
      throw Refusal.jsonRpc(
          403,
          Refusal.INVALID_REQUEST,
          "requests from this origin are not allowed; the server's operator can list it",
          null);
    }
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Access-Control-Expose-Headers", EXPOSED);
    response.addHeader("Vary", "Origin");
  }

  /** Fetch §3.2.2: answers a browser that asks before it sends. */
  boolean answersPreflight(HttpServletRequest request, HttpServletResponse response) {
    if (!request.getMethod().equals("OPTIONS")
        || request.getHeader("Origin") == null
        || request.getHeader("Access-Control-Request-Method") == null) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE");
    String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null && headers.length() <= 1024 && headers.matches("[A-Za-z0-9_, -]*")) {
      response.setHeader("Access-Control-Allow-Headers", headers);
    }
    response.setHeader("Access-Control-Max-Age", "600");
    response.setStatus(204);
    return true;
  }
}
