package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The store's key in a keychain: one entry however many logins there are. A file beside the store
 * says that there is one, under which name, and with which identifier, so that a keychain that does
 * not answer is never taken for an empty one.
 */
final class KeychainKey {
  private static final String MARK = "store.keychain";

  private final KeyFiles files;
  private final Keychain keychain;
  private final SecureRandom random;
  private @Nullable StoreKey known;

  KeychainKey(KeyFiles files, Keychain keychain, SecureRandom random) {
    this.files = files;
    this.keychain = keychain;
    this.random = random;
  }

  /** Where the key is in the keychain, and which it is. */
  private record Mark(String name, byte[] id) {}

  /** Whether the keychain is said to have a key. */
  boolean exists() {
    return files.has(MARK);
  }

  /** Whether the keychain is said to have the key with this identifier. */
  boolean hasId(byte[] id) {
    Mark mark = mark();
    return mark != null && Arrays.equals(mark.id(), id);
  }

  /** The key; asks the keychain once. */
  StoreKey read() throws KeychainException {
    StoreKey present = known;
    Mark mark = mark();
    if (mark == null) {
      throw new KeychainException("the keychain has no key of this store");
    }
    if (present != null && present.hasId(mark.id())) {
      return present;
    }
    StoreKey key = StoreKey.decode(keychain.read(mark.name()));
    if (key == null || !key.hasId(mark.id())) {
      throw new KeychainException("the keychain has another key under this store's name");
    }
    known = key;
    return key;
  }

  /** Puts a key into the keychain, and says so once it can be read there; under the lock. */
  StoreKey write(StoreKey key) throws KeychainException {
    byte[] name = new byte[8];
    random.nextBytes(name);
    Mark mark = new Mark("token store " + HexFormat.of().formatHex(name), key.id());
    keychain.write(mark.name(), key.encoded());
    if (!key.encoded().equals(keychain.read(mark.name()))) {
      throw new KeychainException("the keychain does not give back what it was given");
    }
    files.write(MARK, HexFormat.of().formatHex(mark.id()) + " " + mark.name() + "\n");
    known = key;
    return key;
  }

  /** Takes the key out of the keychain, where somewhere else has it; under the lock. */
  void remove() throws KeychainException {
    Mark mark = mark();
    files.delete(MARK);
    known = null;
    if (mark != null) {
      keychain.remove(mark.name());
    }
  }

  private @Nullable Mark mark() {
    Path file = files.file(MARK);
    try {
      String text = new String(Files.readAllBytes(file), US_ASCII).strip();
      int space = text.indexOf(' ');
      if (space == 2 * StoreKey.ID_LENGTH && text.length() < 200) {
        return new Mark(
            text.substring(space + 1), HexFormat.of().parseHex(text.substring(0, space)));
      }
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
    throw damaged(file, null);
  }

  private static ClientException damaged(Path file, @Nullable Exception cause) {
    return new ClientException(
        Problem.STORE_DAMAGED,
        "the file " + file + ", which says where the token store's key is, is damaged",
        "restore the file; or delete it and the store's entries, and log in again",
        cause);
  }
}
