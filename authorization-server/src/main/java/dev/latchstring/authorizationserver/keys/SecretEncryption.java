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
 * NIST SP 800-38D. AES-256-GCM for secrets at rest, under a key derived from the server's for one
 * purpose: a nonce of 12 random bytes, then ciphertext and tag. The row's name is authenticated
 * with it, so that rows cannot be exchanged.
 */
public final class SecretEncryption {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final String what;
  private final SecureRandom random;

  /**
   * @param purpose what the key is derived for; a purpose has one user
   * @param what what is encrypted, in the plural, as an operator is told where the key is another
   */
  public SecretEncryption(ServerKey serverKey, String purpose, String what, SecureRandom random) {
    this.key = new SecretKeySpec(serverKey.derive(purpose).bytes(), "AES");
    this.what = what;
    this.random = random;
  }

  /** The secret, for the row of this name alone. */
  public byte[] encrypt(String name, byte[] secret) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, name, nonce).doFinal(secret);
      return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  /**
   * The secret of the row of this name.
   *
   * @throws DatabaseException where it was encrypted under another key, or changed since
   */
  public byte[] decrypt(String name, byte[] encrypted) {
    ByteBuffer input = ByteBuffer.wrap(encrypted);
    byte[] nonce = new byte[NONCE];
    try {
      if (encrypted.length <= NONCE) {
        throw new AEADBadTagException();
      }
      input.get(nonce);
      byte[] sealed = new byte[input.remaining()];
      input.get(sealed);
      return cipher(Cipher.DECRYPT_MODE, name, nonce).doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw new DatabaseException(
          "the " + what + " in the database are encrypted under another key than this server's",
          "Use the key file, or the LATCH_KEY_ENCRYPTION_KEY, that the database was made with; every"
              + " node of a fleet needs the same.",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(UTF_8));
    return cipher;
  }
}
