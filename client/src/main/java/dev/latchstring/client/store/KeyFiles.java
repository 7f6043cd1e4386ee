package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The files beside the store that lead to its key, each with mode 0600. */
final class KeyFiles {
  /** The key itself, in base64. */
  static final String KEY = "store.key";

  /** The salt of a passphrase, in base64. */
  static final String SALT = "store.salt";

  private final Path directory;
  private final SecureRandom random;

  KeyFiles(Path directory, SecureRandom random) {
    this.directory = directory;
    this.random = random;
  }

  Path directory() {
    return directory;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  boolean has(String name) {
    return Files.exists(file(name));
  }

  /** Random bytes that were written before; null where there are none. */
  byte @Nullable [] find(String name, int length) {
    try {
      return has(name) ? read(file(name), length) : null;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Random bytes that were written before, or are made now: one process of many makes them. */
  byte[] findOrMake(String name, int length) {
    byte[] present = find(name, length);
    return present != null
        ? present
        : exclusively(() -> {
          byte[] meanwhile = find(name, length);
          return meanwhile != null ? meanwhile : make(name, length);
        });
  }

  /** A key that nothing has yet. */
  StoreKey newKey() {
    return new StoreKey(fresh(StoreKey.LENGTH));
  }

  private byte[] fresh(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] make(String name, int length) {
    byte[] fresh = fresh(length);
    write(name, Base64.getEncoder().encodeToString(fresh) + "\n");
    return fresh;
  }

  /** Runs an action while no other process does the same for this directory. */
  <R> R exclusively(Supplier<R> action) {
    try {
      StoreFiles.createPrivateDirectory(directory);
    } catch (IOException e) {
      throw unusable(e);
    }
    SlotLock lock = SlotLock.of(file(KEY + ".lock"));
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Writes a file as a whole; under the lock. */
  void write(String name, String text) {
    try {
      StoreFiles.replace(file(name), text.getBytes(US_ASCII));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  void delete(String name) {
    try {
      Files.deleteIfExists(file(name));
      StoreFiles.flushDirectory(file(name));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private ClientException unusable(IOException e) {
    return new ClientException(
        Problem.STORE_UNAVAILABLE,
        "the token store's key in " + directory + " cannot be used: " + StoreFiles.reason(e),
        "check that the directory is yours and writable, or name another by LATCH_HOME",
        e);
  }

  private static byte[] read(Path file, int length) throws IOException {
    if (StoreFiles.isOpenToOthers(file)) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "other users may read the token store's key " + file,
          "run chmod 600 " + file + "; if others use this machine, log out and in again");
    }
    byte[] decoded = StoreKey.decode(new String(Files.readAllBytes(file), US_ASCII), length);
    if (decoded != null) {
      return decoded;
    }
    throw new ClientException(
        Problem.STORE_DAMAGED,
        "the token store's key " + file + " is damaged",
        "restore the file; or delete it and the store's entries, and log in again");
  }
}
