package dev.latchstring.e2e;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** RFC 6238. Somebody's authenticator app. */
final class TotpApp {
  /** In base 32, as it is set up: 160 bits. */
  static final String SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private TotpApp() {}

  /** What it shows at this moment. */
  static String codeAt(Instant time) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(decoded(), "HmacSHA1"));
    byte[] hash =
        mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(time.getEpochSecond() / 30).array());
    int offset = hash[hash.length - 1] & 15;
    int number = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
    return "%06d".formatted(number % 1_000_000);
  }

  private static byte[] decoded() {
    BigInteger bits = BigInteger.ZERO;
    for (char letter : SECRET.toCharArray()) {
      bits = bits.shiftLeft(5).or(BigInteger.valueOf(BASE32.indexOf(letter)));
    }
    byte[] signed = bits.toByteArray();
    byte[] secret = new byte[SECRET.length() * 5 / 8];
    int length = Math.min(signed.length, secret.length);
    System.arraycopy(signed, signed.length - length, secret, secret.length - length, length);
    return secret;
  }
}
