package dev.latchstring.authorizationserver.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Standard Webhooks 1.0.0, "Signature scheme": HMAC-SHA256 over {@code id.timestamp.body}, for
 * which there are libraries in most languages.
 */
final class WebhookSignature {
  private WebhookSignature() {}

  /**
   * The value of {@code webhook-signature}.
   *
   * @param timestamp of this attempt, in seconds since 1970
   */
  static String of(byte[] key, String id, long timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] signature = mac.doFinal((id + "." + timestamp + "." + body).getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
