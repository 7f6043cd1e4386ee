package dev.latchstring.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that OAuth allows: https everywhere, http on loopback alone.
 *
 * <p>Loopback is the name {@code localhost} and the literal addresses {@code 127.0.0.0/8} and
 * {@code [::1]}; no name is resolved to decide it.
 */
public final class HttpsUri {
  /** The most characters an address may have. */
  public static final int MAX_LENGTH = 2048;

  private HttpsUri() {}

  /** Whether the host is this machine by its very name. */
  public static boolean isLoopback(URI uri) {
    String host = uri.getHost();
    return host != null && isLoopbackHost(host);
  }

  /** Whether a host, as a URI spells it, is this machine by its very name. */
  public static boolean isLoopbackHost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.equals("::1")
        || isLoopbackV4(name);
  }

  private static boolean isLoopbackV4(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return false;
      }
      if (Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  /** Whether tokens and metadata may travel to this address. */
  public static boolean isHttpsOrLoopback(URI uri) {
    String scheme = uri.getScheme();
    if (scheme == null || uri.getHost() == null) {
      return false;
    }
    return scheme.equalsIgnoreCase("https") || (scheme.equalsIgnoreCase("http") && isLoopback(uri));
  }

  /**
   * RFC 8414 §2: an issuer is an https URL (http on loopback) without query, fragment and user
   * information. It is compared as a string: nothing is normalised, so it is returned as it came.
   *
   * @throws OAuthException {@code invalid_request} with the rule that is broken
   */
  public static URI requireIssuer(String text) {
    URI uri = parse("issuer", text, ErrorCode.INVALID_REQUEST);
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          "an issuer has neither query nor fragment (RFC 8414 section 2)");
    }
    return uri;
  }

  /**
   * RFC 8707 §2: a resource is an absolute URI without fragment. Scheme and host are returned in
   * lower case and a bare trailing slash is dropped, so that the spellings MCP calls equal are
   * equal.
   *
   * @throws OAuthException {@code invalid_target} with the rule that is broken
   */
  public static URI requireResource(String text) {
    URI uri = parse("resource", text, ErrorCode.INVALID_TARGET);
    if (uri.getRawFragment() != null) {
      throw new OAuthException(
          ErrorCode.INVALID_TARGET, "a resource has no fragment (RFC 8707 section 2)");
    }
    String path = uri.getRawPath() == null || uri.getRawPath().equals("/") ? "" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(origin(uri) + path + query);
  }

  /** RFC 6454 §6.2: scheme, host and, unless it is the scheme's own, port; in lower case. */
  public static String origin(URI uri) {
    String scheme = lower(uri.getScheme());
    int port = uri.getPort();
    boolean standard =
        port == -1
            || (scheme.equals("https") && port == 443)
            || (scheme.equals("http") && port == 80);
    return scheme + "://" + lower(uri.getHost()) + (standard ? "" : ":" + port);
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static URI parse(String what, String text, ErrorCode code) {
    if (text.length() > MAX_LENGTH) {
      throw new OAuthException(code, what + " is longer than " + MAX_LENGTH + " characters");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new OAuthException(code, what + " is not a URI").withDetail(e.getReason());
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new OAuthException(
          code, what + " must be an absolute URL with a host and without user information");
    }
    if (!isHttpsOrLoopback(uri)) {
      throw new OAuthException(code, what + " must use https (http only on loopback)");
    }
    return uri;
  }
}
