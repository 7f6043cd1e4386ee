package dev.latchstring.authorizationserver.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.store.DatabaseException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The one secret that is not in the database: 256 bits, from the environment or from a file with
 * mode 0600 beside it. Every node of a fleet has the same.
 *
 * <p>It is never used itself; each purpose has its own key derived from it.
 */
public final class ServerKey {
  private static final int LENGTH = 32;

  private final byte[] secret;

  private ServerKey(byte[] secret) {
    this.secret = secret;
  }

  /**
   * The key from the environment, where it is given, else from a file, which is made where it does
   * not exist.
   *
   * @param encoded 32 bytes in base64 or base64url, as {@code LATCH_KEY_ENCRYPTION_KEY} has them
   * @throws DatabaseException where the value or the file is unusable, with a hint
   */
  public static ServerKey load(@Nullable String encoded, Path file, SecureRandom random) {
    return encoded != null && !encoded.isBlank()
        ? decode(encoded, "LATCH_KEY_ENCRYPTION_KEY")
        : fromFile(file, random);
  }

  /** A key that ends with the process: what it guards is lost then. */
  public static ServerKey inMemory(SecureRandom random) {
    byte[] fresh = new byte[LENGTH];
    random.nextBytes(fresh);
    return new ServerKey(fresh);
  }

  private static ServerKey fromFile(Path file, SecureRandom random) {
    byte[] fresh = new byte[LENGTH];
    random.nextBytes(fresh);
    try {
      if (!Files.exists(file)) {
        create(file, Base64.getEncoder().encodeToString(fresh) + "\n");
      }
      return decode(Files.readString(file), "the key file " + file);
    } catch (IOException e) {
      throw new DatabaseException(
          "cannot read or make the key file " + file,
          "Make its directory writable for this user, or set LATCH_KEY_ENCRYPTION_KEY.",
          e);
    }
  }

  private static void create(Path file, String content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path fresh = Files.createTempFile(directory, "key-", ".new");
    try {
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Files.writeString(fresh, content, StandardOpenOption.WRITE);
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      // Another process was first; its key is the one.
      return;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static ServerKey decode(String encoded, String origin) {
    String text = encoded.strip().replace('-', '+').replace('_', '/').replace("=", "");
    byte[] secret;
    try {
      secret = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      secret = new byte[0];
    }
    if (secret.length != LENGTH) {
      throw new DatabaseException(
          origin + " does not hold 32 bytes in base64",
          "Make one with: openssl rand -base64 32. To keep the stored keys, use the one they were"
              + " made with.",
          null);
    }
    return new ServerKey(secret);
  }

  /** The key for one purpose; the same for the same purpose. */
  public Derived derive(String purpose) {
    return new Derived(hmac(secret, "latchstring/" + purpose));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "ServerKey";
  }

  /** A key for one purpose. */
  public static final class Derived {
    private final byte[] key;

    private Derived(byte[] key) {
      this.key = key;
    }

    /** HMAC-SHA256 of the text: 32 bytes. */
    public byte[] hmac(String text) {
      return ServerKey.hmac(key, text);
    }

    /** For AES-256. */
    byte[] bytes() {
      return Arrays.copyOf(key, key.length);
    }

    @Override
    public String toString() {
      return "ServerKey.Derived";
    }
  }
}
