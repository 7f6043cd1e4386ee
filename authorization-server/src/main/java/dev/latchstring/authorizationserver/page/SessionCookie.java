package dev.latchstring.authorizationserver.page;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The one cookie of the pages: 256 random bits that name a browser session.
 *
 * <p>Everyone who sees a form has one, signed in or not, because the forms' protection hangs on it;
 * only one that is in the sign-in store means a person. Over https its name begins with {@code
 * __Host-}, so that no other host and no plain http can set it; a browser accepts that only with
 * {@code Secure} and {@code Path=/}. On http (loopback) its name holds the port, for cookies know
 * no ports and two servers on one machine must not take each other's. {@code SameSite=Lax}: a link
 * from elsewhere (a QR code, a message) finds the person signed in, a form from elsewhere does not.
 * It ends with the browser; the server ends it earlier.
 */
final class SessionCookie {
  private static final int TOKEN_LENGTH = 43;

  private final boolean secure;
  private final String name;

  SessionCookie(URI issuer) {
    secure = "https".equalsIgnoreCase(issuer.getScheme());
    name = secure ? "__Host-latchstring" : "latchstring-" + Math.max(issuer.getPort(), 0);
  }

  /** The token that came, or null where none came that could be ours. */
  @Nullable String read(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return null;
    }
    String found = null;
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name)) {
        if (found != null) {
          return null; // two of them: somebody else has set one
        }
        found = cookie.getValue();
      }
    }
    return found != null && isToken(found) ? found : null;
  }

  private static boolean isToken(String text) {
    return text.length() == TOKEN_LENGTH
        && text.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_');
  }

  void write(HttpServletResponse response, String token) {
    response.setHeader("Set-Cookie", name + "=" + token + attributes());
  }

  void clear(HttpServletResponse response) {
    response.setHeader("Set-Cookie", name + "=" + attributes() + "; Max-Age=0");
  }

  private String attributes() {
    return "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
  }
}
