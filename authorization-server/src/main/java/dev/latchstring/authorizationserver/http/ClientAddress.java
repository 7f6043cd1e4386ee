package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.config.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The address a request came from: of its connection or, behind proxies that the operator trusts,
 * what they say of it.
 */
public final class ClientAddress implements Function<HttpServletRequest, String> {
  private final TrustedProxies proxies;

  public ClientAddress(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public String apply(HttpServletRequest request) {
    String peer = request.getRemoteAddr();
    if (proxies.networks().isEmpty()) {
      return peer;
    }
    List<String> forwarded = Collections.list(request.getHeaders("X-Forwarded-For"));
    return proxies.clientAddress(peer, forwarded);
  }
}
