package dev.latchstring.authorizationserver.page;

import jakarta.servlet.http.HttpServletResponse;

/**
 * The headers every page answers with.
 *
 * <p>No scripts but our own on a page that says so, no frames, nothing from elsewhere; forms go to
 * this server alone; no cache keeps a page, no address of a page reaches another site; https stays
 * https.
 */
final class PageHeaders {
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
          + " frame-ancestors 'none'; base-uri 'none'";

  private final boolean secure;

  PageHeaders(boolean secure) {
    this.secure = secure;
  }

  /**
   * @param script whether the page runs a script of ours
   */
  void write(HttpServletResponse response, boolean script) {
    response.setHeader(
        "Content-Security-Policy",
        script ? CONTENT_SECURITY_POLICY + "; script-src 'self'" : CONTENT_SECURITY_POLICY);
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (secure) {
      response.setHeader("Strict-Transport-Security", "max-age=31536000");
    }
  }
}
