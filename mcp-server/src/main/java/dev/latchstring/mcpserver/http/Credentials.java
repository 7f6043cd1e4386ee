package dev.latchstring.mcpserver.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/**
 * RFC 6750 §2.1 and RFC 9449 §7.1. The access token of a request: in its one {@code Authorization}
 * header, nowhere else. A token in the query is an error even beside the header, for it has leaked
 * already.
 */
record Credentials(Scheme scheme, String token) {

  /** How a token is presented. */
  enum Scheme {
    /** RFC 6750: whoever holds it may use it. */
    BEARER("Bearer"),
    /** RFC 9449 §7.1: with a proof of the key it is bound to. */
    DPOP("DPoP");

    private final String text;

    Scheme(String text) {
      this.text = text;
    }

    /** The authentication scheme, as it is registered. */
    String text() {
      return text;
    }

    private boolean begins(String header) {
      return header.regionMatches(true, 0, text, 0, text.length())
          && (header.length() == text.length() || header.charAt(text.length()) == ' ');
    }
  }

  /**
   * @throws Refusal 401 where there is no token, 400 where there is more than one way to read it
   */
  static Credentials of(HttpServletRequest request, Challenges challenges) {
    if (isInQuery(request.getQueryString())) {
      throw challenges.malformed(
          "an access token in the query is not accepted; send it in the Authorization header",
          null);
    }
    List<String> headers = Collections.list(request.getHeaders("Authorization"));
    if (headers.isEmpty()) {
      throw challenges.noToken();
    }
    if (headers.size() > 1) {
      throw challenges.malformed("there is more than one Authorization header", null);
    }
    String value = headers.getFirst();
    Scheme scheme =
        Scheme.BEARER.begins(value)
            ? Scheme.BEARER
            : Scheme.DPOP.begins(value) ? Scheme.DPOP : null;
    if (scheme == null) {
      throw challenges.noToken();
    }
    String token = value.substring(scheme.text().length()).strip();
    if (!isB64Token(token)) {
      throw challenges.malformed("the Authorization header holds no access token", scheme);
    }
    return new Credentials(scheme, token);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Credentials[" + scheme + "]";
  }

  /** RFC 6750 §2.1: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=". */
  private static boolean isB64Token(String token) {
    int end = token.length();
    while (end > 0 && token.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = token.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && "-._~+/".indexOf(c) < 0) {
        return false;
      }
    }
    return end > 0;
  }

  private static boolean isInQuery(@org.jspecify.annotations.Nullable String query) {
    if (query == null || query.isEmpty()) {
      return false;
    }
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      if (name.contains("%")) {
        try {
          name = URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          continue; // Not a name that anything could read.
        }
      }
      if (name.equals("access_token")) {
        return true;
      }
    }
    return false;
  }
}
