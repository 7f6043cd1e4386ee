package dev.latchstring.authorizationserver.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How a refresh token is written: the grant it is of, 256 random bits, and a seal of both under the
 * server's key.
 *
 * <p>What makes a token good is that its hash is in the grant's row, so nobody makes one with the
 * key. The seal tells a token that was good once, and whose use revokes the grant, from a text that
 * somebody made up around the name of a grant, which is no secret.
 */
final class RefreshTokenText {
  private static final int SECRET = 43;
  private static final int SEAL = 22;
  private static final int SEAL_BYTES = 16;

  private final SecureRandom random;
  private final ServerKey.Derived key;

  RefreshTokenText(SecureRandom random, ServerKey.Derived key) {
    this.random = random;
    this.key = key;
  }

  String next(String grantId) {
    String sealed = grantId + Secrets.newToken(random);
    return sealed + seal(sealed);
  }

  /** The grant that a token names; null where its form is that of none, or of an earlier one. */
  static @Nullable String grantId(String token) {
    int length = token.length() - SECRET - SEAL;
    return length > 0 ? token.substring(0, length) : null;
  }

  /** Whether the seal is this server's; of texts that name a grant. */
  boolean isSealed(String token) {
    int end = token.length() - SEAL;
    return Secrets.equal(
        seal(token.substring(0, end)).getBytes(US_ASCII), token.substring(end).getBytes(US_ASCII));
  }

  private String seal(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(key.hmac(text), SEAL_BYTES));
  }
}
