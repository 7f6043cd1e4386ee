package dev.latchstring.client.registration;

import java.net.URI;
import java.util.List;

/**
 * RFC 8252 §7.3. Where a browser comes back to on this machine, as registrations and metadata
 * documents name it: without a port, which is left open to each login.
 */
public final class LoopbackRedirects {
  /** The path is {@code /callback}. */
  public static final List<String> PORTLESS =
      List.of("http://127.0.0.1/callback", "http://localhost/callback", "http://[::1]/callback");

  private LoopbackRedirects() {}

  /** The same address without its port. */
  static String portless(URI redirectUri) {
    return redirectUri.getScheme() + "://" + redirectUri.getHost() + redirectUri.getRawPath();
  }
}
