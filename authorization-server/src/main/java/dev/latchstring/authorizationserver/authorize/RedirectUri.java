package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** RFC 9700 §4.1.3 and RFC 8252 §7.3. Which redirect URIs are a client's, and what they tell. */
final class RedirectUri {
  private RedirectUri() {}

  /**
   * Whether a redirect URI is one of those that were registered: the same, character by character.
   * The port alone may differ, and only where it is http to this machine by its name or address
   * literal, for a program takes whatever port is free.
   */
  static boolean isRegistered(String asked, List<String> registered) {
    return asked.length() <= HttpsUri.MAX_LENGTH
        && registered.stream().anyMatch(uri -> matches(asked, uri));
  }

  private static boolean matches(String asked, String registered) {
    return asked.equals(registered)
        || (isLoopback(registered)
            && isLoopback(asked)
            && withoutPort(asked).equals(withoutPort(registered)));
  }

  /** Whether it leads to a program on the person's own machine. */
  static boolean isLoopback(String uri) {
    return uri.startsWith("http://") && HttpsUri.isLoopback(URI.create(uri));
  }

  /**
   * Whether the address itself says who gets the answer: the holder of an https host. Any program
   * on the machine can listen on loopback or claim a scheme (RFC 8252 §8.6).
   */
  static boolean namesHost(String uri) {
    return uri.startsWith("https://") && !HttpsUri.isLoopback(URI.create(uri));
  }

  /** Nothing but the port is left out: no spelling is made equal to another. */
  private static String withoutPort(String uri) {
    int start = "http://".length();
    String authority = URI.create(uri).getRawAuthority();
    int port = URI.create(uri).getPort();
    String host =
        port < 0 ? authority : authority.substring(0, authority.length() - digits(authority));
    return host + uri.substring(start + authority.length());
  }

  /** The colon and what follows it. */
  private static int digits(String authority) {
    return authority.length() - authority.lastIndexOf(':');
  }

  /** Whether it can be one at all: an absolute URI of visible ASCII characters. */
  static boolean isUsable(String text) {
    try {
      URI uri = new URI(text);
      return uri.isAbsolute()
          && text.chars().allMatch(c -> c > 0x20 && c < 0x7F)
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
