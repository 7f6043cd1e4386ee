package dev.latchstring.authorizationserver.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses, with 400, what a proxy passed on (RFC 7239, {@code X-Forwarded-*}, RFC 9110 §7.6.3): a
 * server that is for this machine alone was put within reach of others.
 */
final class ForwardedRefusal extends HttpFilter {
  private static final long serialVersionUID = 1;

  private static final Set<String> HEADERS = Set.of("forwarded", "via", "x-real-ip");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean forwarded =
        Collections.list(request.getHeaderNames()).stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .anyMatch(name -> HEADERS.contains(name) || name.startsWith("x-forwarded-"));
    if (forwarded) {
      ErrorWriter.http(response, 400, "a server in test mode answers nothing that was forwarded");
    } else {
      chain.doFilter(request, response);
    }
  }
}
