package dev.latchstring.authorizationserver.page;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Whether a form was sent from a page of this server, as far as the browser tells.
 *
 * <p>{@code Sec-Fetch-Site}, where it is sent, must be {@code same-origin}; {@code Origin}, where
 * it names one, must be the issuer's. Our pages ask for {@code no-referrer}, under which browsers
 * send {@code Origin: null}, so that value alone proves nothing and refuses nothing: the form token
 * decides.
 */
final class SameOrigin {
  private final String origin;

  SameOrigin(String origin) {
    this.origin = origin;
  }

  boolean allows(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin")) {
      return false;
    }
    String from = request.getHeader("Origin");
    return from == null || from.equals("null") || from.equals(origin);
  }
}
