package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The content of one file of the store: AES-256-GCM under a fresh nonce.
 *
 * <pre>
 *   8 bytes   "LATCHST1"
 *   8 bytes   identifier of the key
 *  12 bytes   nonce
 *   n bytes   ciphertext
 *  16 bytes   tag
 * </pre>
 *
 * <p>The first two and the file's name are authenticated with it. The name is a digest of server
 * and account, so a file that takes another's name does not open.
 */
final class SealedFile {
  /** The most bytes a file may have. */
  static final int MAX_LENGTH = 256 * 1024;

  private static final byte[] MAGIC = "LATCHST1".getBytes(US_ASCII);
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int HEADER = MAGIC.length + StoreKey.ID_LENGTH;

  private SealedFile() {}

  static byte[] seal(byte[] content, String name, StoreKey key, SecureRandom random) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] header = ByteBuffer.allocate(HEADER).put(MAGIC).put(key.id()).array();
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, header, name).doFinal(content);
      return ByteBuffer.allocate(HEADER + NONCE + sealed.length)
          .put(header)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The identifier of the key that a file was sealed with.
   *
   * @throws ClientException {@link Problem#STORE_DAMAGED}, naming the file
   */
  static byte[] keyId(byte[] file, Path path) {
    if (file.length > MAX_LENGTH) {
      throw damaged(path, "is longer than any entry");
    }
    if (file.length < HEADER + NONCE + TAG
        || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw damaged(path, "is truncated or not of this program");
    }
    return Arrays.copyOfRange(file, MAGIC.length, HEADER);
  }

  /**
   * @param key the one with the file's {@link #keyId}
   * @throws ClientException {@link Problem#STORE_DAMAGED}, naming the file
   */
  static byte[] open(byte[] file, Path path, StoreKey key) {
    if (!key.hasId(keyId(file, path))) {
      throw damaged(path, "was encrypted with another key");
    }
    byte[] header = Arrays.copyOf(file, HEADER);
    byte[] nonce = Arrays.copyOfRange(file, HEADER, HEADER + NONCE);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, header, String.valueOf(path.getFileName()))
          .doFinal(file, HEADER + NONCE, file.length - HEADER - NONCE);
    } catch (AEADBadTagException e) {
      throw damaged(path, "is truncated or was changed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static ClientException damaged(Path path, String how) {
    return new ClientException(
        Problem.STORE_DAMAGED,
        "the token file " + path + " " + how,
        "delete the file (or run latch logout for its server) and log in again;"
            + " other logins are not affected");
  }

  private static Cipher cipher(int mode, StoreKey key, byte[] nonce, byte[] header, String name)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key.secret(), new GCMParameterSpec(TAG * 8, nonce));
    cipher.updateAAD(header);
    cipher.updateAAD(name.getBytes(US_ASCII));
    return cipher;
  }
}
