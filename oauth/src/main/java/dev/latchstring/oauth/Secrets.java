package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Values that must not be guessed, and how they are kept and compared.
 *
 * <p>A token of 256 random bits is stored as its SHA-256: with that much entropy neither salt nor a
 * slow hash adds anything. Passwords and other answers that people remember do not belong here.
 */
public final class Secrets {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private Secrets() {}

  /** 256 random bits, as 43 characters of base64url. */
  public static String newToken(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return BASE64URL.encodeToString(bytes);
  }

  /** SHA-256 of the text's UTF-8 bytes: 32 bytes. */
  public static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** {@link #sha256} as 43 characters of base64url. */
  public static String sha256Base64Url(String text) {
    return BASE64URL.encodeToString(sha256(text));
  }

  /** Whether both are the same, in a time that does not tell where they differ. */
  public static boolean equal(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }

  /**
   * Whether both are the same, in a time that tells neither where they differ nor how long they
   * are.
   */
  public static boolean equal(String a, String b) {
    return MessageDigest.isEqual(sha256(a), sha256(b));
  }
}
