package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
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
 * The key that encrypts the store, and its identifier, by which a file under another key is told
 * from a damaged one.
 *
 * <p>It is 256 random bits in a file apart from the data, mode 0600; or comes from a passphrase:
 * 256 bits in base64 are taken as they are, anything else goes through PBKDF2-HMAC-SHA256 with
 * {@value #ITERATIONS} iterations and a random salt that is kept in a file.
 */
final class StoreKey {
  static final int ID_LENGTH = 8;

  private static final int ITERATIONS = 600_000;
  private static final int LENGTH = 32;
  private static final String KEY_FILE = "store.key";
  private static final String SALT_FILE = "store.salt";

  private final SecretKeySpec key;
  private final byte[] id;

  private StoreKey(byte[] bytes) {
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

  /**
   * The key of a user.
   *
   * @param create whether a missing one is made; else null is returned for it
   * @param hasEntries whether there are entries that a new key could not read
   */
  static @Nullable StoreKey load(
      Path directory,
      @Nullable String passphrase,
      SecureRandom random,
      boolean create,
      boolean hasEntries) {
    try {
      if (passphrase != null) {
        byte[] raw = rawKey(passphrase);
        if (raw != null) {
          return new StoreKey(raw);
        }
        byte[] salt = bytes(directory.resolve(SALT_FILE), 16, random, create, false);
        return salt == null ? null : new StoreKey(derive(passphrase, salt));
      }
      byte[] bytes = bytes(directory.resolve(KEY_FILE), LENGTH, random, create, hasEntries);
      return bytes == null ? null : new StoreKey(bytes);
    } catch (IOException e) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the token store's key in " + directory + " cannot be used: " + StoreFiles.reason(e),
          "check that the directory is yours and writable, or name another by LATCH_HOME",
          e);
    }
  }

  private static byte @Nullable [] bytes(
      Path file, int length, SecureRandom random, boolean create, boolean hasEntries)
      throws IOException {
    if (Files.exists(file)) {
      return read(file, length);
    }
    if (!create) {
      return null;
    }
    if (hasEntries) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the token store's key " + file + " is gone, and there are entries that need it",
          "restore the file; or delete the store's entries and log in again");
    }
    StoreFiles.createPrivateDirectory(parent(file));
    SlotLock lock = SlotLock.of(file.resolveSibling(file.getFileName() + ".lock"));
    lock.lock();
    try {
      if (!Files.exists(file)) {
        byte[] fresh = new byte[length];
        random.nextBytes(fresh);
        StoreFiles.replace(
            file, (Base64.getEncoder().encodeToString(fresh) + "\n").getBytes(US_ASCII));
      }
      return read(file, length);
    } finally {
      lock.unlock();
    }
  }

  private static byte[] read(Path file, int length) throws IOException {
    if (StoreFiles.isOpenToOthers(file)) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "other users may read the token store's key " + file,
          "run chmod 600 " + file + "; if others use this machine, log out and in again");
    }
    byte[] text = Files.readAllBytes(file);
    try {
      byte[] decoded = Base64.getDecoder().decode(new String(text, US_ASCII).strip());
      if (decoded.length == length) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // falls through: the file holds something else
    }
    throw new ClientException(
        Problem.STORE_DAMAGED,
        "the token store's key " + file + " is damaged",
        "restore the file; or delete it and the store's entries, and log in again");
  }

  private static byte @Nullable [] rawKey(String passphrase) {
    try {
      byte[] decoded = Base64.getDecoder().decode(passphrase.strip());
      return decoded.length == LENGTH ? decoded : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] derive(String passphrase, byte[] salt) {
    try {
      KeySpec spec = new PBEKeySpec(passphrase.toCharArray(), salt, ITERATIONS, LENGTH * 8);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }
}
