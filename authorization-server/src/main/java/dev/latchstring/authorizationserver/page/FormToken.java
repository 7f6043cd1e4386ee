package dev.latchstring.authorizationserver.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Secrets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a form, or an address, was made for this browser session.
 *
 * <p>It is HMAC-SHA256 of a purpose under the session's cookie, a random value of 256 bits that
 * only the browser and this server see. So it needs no storage, is the same on every node, and ends
 * with the session: signing in, signing out or being someone else changes the cookie and with it
 * every token.
 */
public final class FormToken {
  /** The name of the field that carries it. */
  public static final String FIELD = "form_token";

  private FormToken() {}

  /** The token of one session for one purpose: 43 characters of base64url. */
  public static String of(String sessionToken, String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(sessionToken.getBytes(UTF_8), "HmacSHA256"));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(purpose.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Whether a token that came in is the one of this session and purpose. */
  public static boolean matches(@Nullable String token, String sessionToken, String purpose) {
    return token != null && Secrets.equal(token, of(sessionToken, purpose));
  }
}
