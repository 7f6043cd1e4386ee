package dev.latchstring.authorizationserver.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.store.DatabaseException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * NIST SP 800-38D. AES-256-GCM for private keys at rest: a nonce of 12 random bytes, then
 * ciphertext and tag. The key's {@code kid} is authenticated with it, so that rows cannot be
 * exchanged.
 */
final class KeyEncryption {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random;

  KeyEncryption(ServerKey serverKey, SecureRandom random) {
    this.key = new SecretKeySpec(serverKey.derive("signing-key").bytes(), "AES");
    this.random = random;
  }

  byte[] encrypt(String kid, String privateJwk) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, kid, nonce);
      byte[] sealed = cipher.doFinal(privateJwk.getBytes(UTF_8));
      return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  /**
   * @throws DatabaseException where it was encrypted under another key, or changed since
   */
  String decrypt(String kid, byte[] encrypted) {
    ByteBuffer input = ByteBuffer.wrap(encrypted);
    byte[] nonce = new byte[NONCE];
    try {
      if (encrypted.length <= NONCE) {
        throw new AEADBadTagException();
      }
      input.get(nonce);
      byte[] sealed = new byte[input.remaining()];
      input.get(sealed);
      return new String(cipher(Cipher.DECRYPT_MODE, kid, nonce).doFinal(sealed), UTF_8);
    } catch (AEADBadTagException e) {
      throw new DatabaseException(
          "the signing keys in the database are encrypted under another key than this server's",
          "Use the key file, or the LATCH_KEY_ENCRYPTION_KEY, that the database was made with; every"
              + " node of a fleet needs the same.",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  private Cipher cipher(int mode, String kid, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(kid.getBytes(UTF_8));
    return cipher;
  }
}
