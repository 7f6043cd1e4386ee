package dev.latchstring.authorizationserver.challenge.people;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.keys.ServerKey;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * NIST SP 800-38D. AES-256-GCM whose nonce follows from the text, as RFC 5297 has it: the same text
 * is sealed to the same bytes, so that they can name somebody. Nothing else can be told from them
 * but the length.
 */
final class Sealed {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final String purpose;
  private final SecretKeySpec key;
  private final ServerKey.Derived nonces;

  /**
   * @param purpose each has a key of its own
   */
  Sealed(ServerKey key, String purpose) {
    this.purpose = purpose;
    this.key = new SecretKeySpec(key.derive(purpose).hmac("encryption"), "AES");
    this.nonces = key.derive(purpose + "-nonce");
  }

  /**
   * @param owner whose it is: sealed with it, so that rows cannot be exchanged
   */
  byte[] seal(String owner, String text) {
    byte[] nonce = Arrays.copyOf(nonces.hmac(owner.length() + ":" + owner + text), NONCE);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, owner, nonce).doFinal(text.getBytes(UTF_8));
      byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE, sealed.length);
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  /** The text; nothing where it was sealed under another key, for somebody else, or changed. */
  Optional<String> open(String owner, byte[] sealed) {
    if (sealed.length <= NONCE) {
      return Optional.empty();
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, owner, Arrays.copyOf(sealed, NONCE));
      return Optional.of(new String(cipher.doFinal(sealed, NONCE, sealed.length - NONCE), UTF_8));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  private Cipher cipher(int mode, String owner, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "Sealed[" + purpose + "]";
  }
}
