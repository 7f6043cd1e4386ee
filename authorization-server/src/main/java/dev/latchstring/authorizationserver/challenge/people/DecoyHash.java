package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.account.PasswordHash;
import java.util.Base64;

/** PHC strings that nothing matches. */
final class DecoyHash {
  /** OWASP's parameters, which the server's own hashes have; 16 bytes of salt, 32 of hash. */
  static final String USUAL =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private DecoyHash() {}

  /**
   * One that takes as long to check as another, for it has its parameters and lengths.
   *
   * @param phc what {@link PasswordHash#isPhc} is true of
   * @param seed 32 bytes
   */
  static String like(String phc, byte[] seed) {
    String[] parts = phc.split("\\$", -1);
    byte[] reversed = new byte[seed.length];
    for (int i = 0; i < seed.length; i++) {
      reversed[i] = (byte) ~seed[seed.length - 1 - i];
    }
    parts[4] = replaced(parts[4], seed);
    parts[5] = replaced(parts[5], reversed);
    return String.join("$", parts);
  }

  private static String replaced(String base64, byte[] seed) {
    int length = Base64.getDecoder().decode(base64).length;
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i += seed.length) {
      System.arraycopy(seed, 0, bytes, i, Math.min(seed.length, length - i));
    }
    String text = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    return text;
  }
}
