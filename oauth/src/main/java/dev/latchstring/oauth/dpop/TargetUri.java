package dev.latchstring.oauth.dpop;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §4.2, {@code htu}: where a request goes, without query and fragment, in the normal form
 * of RFC 3986 §6.2.2 and §6.2.3, so that two spellings of one address are equal.
 *
 * <p>Scheme and host in lower case, no default port, an empty path as a slash, no dot segments, no
 * needless percent-encoding and the necessary one in upper case.
 */
public record TargetUri(String normal) {
  /** The most characters an address may have. */
  public static final int MAX_LENGTH = 2048;

  /**
   * @throws IllegalArgumentException where it is not an absolute http or https URL
   */
  public static TargetUri of(String url) {
    String normal = normalized(url);
    if (normal == null) {
      throw new IllegalArgumentException("not an absolute http or https URL");
    }
    return new TargetUri(normal);
  }

  /** Whether an {@code htu} names this address. */
  boolean isNamedBy(String htu) {
    return normal.equals(htu) || normal.equals(normalized(htu));
  }

  /** Null where it is not an absolute http or https URL of at most {@link #MAX_LENGTH}. */
  private static @Nullable String normalized(String url) {
    if (url.length() > MAX_LENGTH) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return null;
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean http = scheme.equals("http");
    if (!(http || scheme.equals("https"))
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      return null;
    }
    int standard = http ? 80 : 443;
    boolean named = uri.getPort() != -1 && uri.getPort() != standard;
    return scheme
        + "://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + (named ? ":" + uri.getPort() : "")
        + withoutDotSegments(decoded(uri.getRawPath() == null ? "" : uri.getRawPath()));
  }

  /** RFC 3986 §6.2.2.1 and §6.2.2.2. */
  private static String decoded(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      // java.net.URI has made sure that two hexadecimal digits follow.
      String digits = path.substring(i + 1, i + 3);
      char octet = (char) Integer.parseInt(digits, 16);
      if (isUnreserved(octet)) {
        out.append(octet);
      } else {
        out.append('%').append(digits.toUpperCase(Locale.ROOT));
      }
      i += 2;
    }
    return out.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  /** RFC 3986 §5.2.4. */
  private static String withoutDotSegments(String path) {
    if (path.isEmpty()) {
      return "/";
    }
    if (!path.contains("/.")) {
      return path;
    }
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      switch (segments[i]) {
        case "." -> {
          if (last) {
            kept.addLast("");
          }
        }
        case ".." -> {
          kept.pollLast();
          if (last) {
            kept.addLast("");
          }
        }
        default -> kept.addLast(segments[i]);
      }
    }
    return "/" + String.join("/", kept);
  }
}
