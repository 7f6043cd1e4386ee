package dev.latchstring.authorizationserver.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Whether scripts of other origins may read an endpoint's answers (Fetch Standard §3.2). */
public enum Access {
  /**
   * Any origin: what a client in a browser needs. Nothing here depends on cookies, so an origin
   * gains nothing that the same request from elsewhere would not.
   */
  ANY_ORIGIN,
  /** This origin alone. */
  SAME_ORIGIN;

  void allow(HttpServletRequest request, HttpServletResponse response) {
    if (this == ANY_ORIGIN && request.getHeader("Origin") != null) {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader(
          "Access-Control-Expose-Headers",
          "WWW-Authenticate, Retry-After, DPoP-Nonce, X-MCP-Debug");
    }
  }

  /** The answer to a preflight. */
  void preflight(HttpServletResponse response, String methods) {
    if (this == ANY_ORIGIN) {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Methods", methods);
      response.setHeader(
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, DPoP, MCP-Protocol-Version, traceparent, tracestate,"
              + " X-MCP-Traceparent, X-MCP-Debug");
      response.setHeader("Access-Control-Max-Age", "7200");
    }
  }
}
