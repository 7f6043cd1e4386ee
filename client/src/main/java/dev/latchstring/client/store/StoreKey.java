package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.spec.KeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key that encrypts entries, 256 bits, and its identifier, by which a file under another key is
 * told from a damaged one.
 */
final class StoreKey {
  static final int ID_LENGTH = 8;
  static final int LENGTH = 32;

  private static final int ITERATIONS = 600_000;

  private final SecretKeySpec key;
  private final byte[] id;

  StoreKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, "AES");
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      this.id = Arrays.copyOf(mac.doFinal("latchstring store key".getBytes(US_ASCII)), ID_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  SecretKey secret() {
    return key;
  }

  byte[] id() {
    return id.clone();
  }

  boolean hasId(byte[] other) {
    return Arrays.equals(id, other);
  }

  /** The key as text. */
  String encoded() {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }

  /** The key that the text holds; null where it holds none. */
  static @Nullable StoreKey decode(String text) {
    byte[] bytes = decode(text, LENGTH);
    return bytes == null ? null : new StoreKey(bytes);
  }

  static byte @Nullable [] decode(String text, int length) {
    try {
      byte[] decoded = Base64.getDecoder().decode(text.strip());
      return decoded.length == length ? decoded : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** PBKDF2-HMAC-SHA256 with {@value #ITERATIONS} iterations. */
  static StoreKey derive(String passphrase, byte[] salt) {
    try {
      KeySpec spec = new PBEKeySpec(passphrase.toCharArray(), salt, ITERATIONS, LENGTH * 8);
      return new StoreKey(
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "StoreKey[]";
  }
}
