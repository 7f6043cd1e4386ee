package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store, and where they are: derived from a passphrase, in a file, in the keychain.
 *
 * <p>A store has one key, which moves from the one place to the other as a whole: it is written
 * there, read back, and only then removed here, so that whoever knew it before goes on. Two there
 * are only where the keychain failed and the file took its place: then each entry names its own.
 */
final class StoreKeys {
  /** Where the user wants the key. */
  enum Choice {
    /** Where it is; a new one in the keychain where somebody sits, who can unlock it. */
    AUTO,
    FILE,
    KEYCHAIN
  }

  private final KeyFiles files;
  private final @Nullable String passphrase;
  private final Choice choice;
  private final boolean keychainLikely;
  private final KeychainKey keychain;
  private final Consumer<String> notes;
  private @Nullable StoreKey derived;
  private @Nullable StoreKey lastRead;

  /** Whether a move failed: it is not tried again by this process, for it may take long. */
  private boolean immovable;

  /**
   * @param passphrase takes the place of every other key; null for none
   * @param keychainLikely whether a new store's key may be put there without being asked to
   * @param notes is told, for the person, what became of the key
   */
  StoreKeys(
      Path directory,
      @Nullable String passphrase,
      Choice choice,
      Keychain keychain,
      boolean keychainLikely,
      SecureRandom random,
      Consumer<String> notes) {
    this.files = new KeyFiles(directory, random);
    this.passphrase = passphrase;
    this.choice = choice;
    this.keychainLikely = keychainLikely;
    this.notes = notes;
    this.keychain = new KeychainKey(files, keychain, random);
  }

  /**
   * The key of an entry.
   *
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE} where it is in a keychain that cannot
   *     be used now; {@link Problem#STORE_DAMAGED} where it is nowhere
   */
  synchronized StoreKey reading(byte[] id, Path entry) {
    StoreKey known = lastRead;
    if (known == null || !known.hasId(id)) {
      known = find(id, entry);
      lastRead = known;
    }
    return known;
  }

  private StoreKey find(byte[] id, Path entry) {
    if (passphrase != null) {
      StoreKey key = derived(passphrase, false);
      if (key == null || !key.hasId(id)) {
        throw anotherKey(entry);
      }
      return key;
    }
    settle();
    StoreKey file = inFile();
    if (file != null && file.hasId(id)) {
      return file;
    }
    if (keychain.hasId(id)) {
      try {
        return keychain.read();
      } catch (KeychainException e) {
        throw notAnswering(e);
      }
    }
    if (file == null && !keychain.exists()) {
      throw new ClientException(
          Problem.STORE_DAMAGED,
          "the key of the token store is not in " + files.directory(),
          (files.has(KeyFiles.SALT)
                  ? "set LATCH_STORE_KEY to the passphrase it was encrypted with"
                  : "restore store.key")
              + "; or delete the entry "
              + entry
              + " and log in again");
    }
    throw anotherKey(entry);
  }

  /**
   * The key for a new entry.
   *
   * @param hasEntries whether there are entries that a new key could not read
   */
  synchronized StoreKey writing(BooleanSupplier hasEntries) {
    if (passphrase != null) {
      StoreKey key = derived(passphrase, true);
      if (key != null) {
        return key;
      }
    }
    settle();
    StoreKey file = inFile();
    if (choice == Choice.FILE || (choice == Choice.AUTO && file != null)) {
      return file == null ? makeFile(!keychain.exists(), hasEntries) : file;
    }
    if (!keychain.exists() && file == null && hasEntries.getAsBoolean()) {
      throw lost();
    }
    try {
      return keychain.exists() || choice == Choice.KEYCHAIN || keychainLikely
          ? ofKeychain()
          : makeFile(false, hasEntries);
    } catch (KeychainException e) {
      if (choice == Choice.KEYCHAIN) {
        throw notAnswering(e);
      }
      notes.accept(
          e.reason()
              + "; logins are kept under a key in "
              + files.file(KeyFiles.KEY)
              + " from now on (LATCH_STORE=keychain uses the keychain again)");
      return makeFile(false, hasEntries);
    }
  }

  private StoreKey ofKeychain() throws KeychainException {
    if (keychain.exists()) {
      return keychain.read();
    }
    @Nullable KeychainException[] failure = {null};
    StoreKey key = files.exclusively(() -> makeInKeychain(failure));
    if (key == null) {
      throw Objects.requireNonNull(failure[0]);
    }
    return key;
  }

  /** One process of many makes it. */
  private @Nullable StoreKey makeInKeychain(@Nullable KeychainException[] failure) {
    try {
      return keychain.exists() ? keychain.read() : keychain.write(files.newKey());
    } catch (KeychainException e) {
      failure[0] = e;
      return null;
    }
  }

  /** Moves the key to where the user wants it, if it is elsewhere. */
  private void settle() {
    if (immovable) {
      return;
    }
    boolean intoKeychain =
        choice == Choice.KEYCHAIN && files.has(KeyFiles.KEY) && !keychain.exists();
    boolean intoFile = choice == Choice.FILE && !files.has(KeyFiles.KEY) && keychain.exists();
    if (!intoKeychain && !intoFile) {
      return;
    }
    try {
      immovable = !files.exclusively(() -> intoKeychain ? moveIntoKeychain() : moveIntoFile());
    } catch (ClientException e) {
      immovable = true;
      notes.accept("the store's key stays where it is: " + e.description());
    }
  }

  private boolean moveIntoKeychain() {
    StoreKey key = inFile();
    if (key == null || keychain.exists()) {
      return true; // somebody was faster
    }
    try {
      keychain.write(key);
      files.delete(KeyFiles.KEY);
      return true;
    } catch (KeychainException e) {
      notes.accept("the store's key stays in " + files.file(KeyFiles.KEY) + ": " + e.reason());
      return false;
    }
  }

  private boolean moveIntoFile() {
    if (files.has(KeyFiles.KEY) || !keychain.exists()) {
      return true; // somebody was faster
    }
    try {
      files.write(KeyFiles.KEY, keychain.read().encoded() + "\n");
      keychain.remove();
      return true;
    } catch (KeychainException e) {
      notes.accept("the store's key, or a copy of it, stays in the keychain: " + e.reason());
      return false;
    }
  }

  private @Nullable StoreKey inFile() {
    byte[] bytes = files.find(KeyFiles.KEY, StoreKey.LENGTH);
    return bytes == null ? null : new StoreKey(bytes);
  }

  private StoreKey makeFile(boolean onlyIfNone, BooleanSupplier hasEntries) {
    if (onlyIfNone && !files.has(KeyFiles.KEY) && hasEntries.getAsBoolean()) {
      throw lost();
    }
    return new StoreKey(files.findOrMake(KeyFiles.KEY, StoreKey.LENGTH));
  }

  private @Nullable StoreKey derived(String from, boolean create) {
    if (derived == null) {
      StoreKey raw = StoreKey.decode(from);
      byte[] salt =
          raw != null
              ? null
              : create ? files.findOrMake(KeyFiles.SALT, 16) : files.find(KeyFiles.SALT, 16);
      derived = raw != null || salt == null ? raw : StoreKey.derive(from, salt);
    }
    return derived;
  }

  private ClientException lost() {
    return new ClientException(
        Problem.STORE_UNAVAILABLE,
        "the token store's key "
            + files.file(KeyFiles.KEY)
            + " is gone, and there are entries that need it",
        "restore the file; or delete the store's entries and log in again");
  }

  private static ClientException anotherKey(Path entry) {
    return new ClientException(
        Problem.STORE_DAMAGED,
        "the token file " + entry + " was encrypted with another key",
        "restore store.key or LATCH_STORE_KEY as it was; or delete the file and log in again");
  }

  private static ClientException notAnswering(KeychainException e) {
    return new ClientException(
        Problem.STORE_UNAVAILABLE,
        "the token store's key belongs in the keychain, and " + e.reason(),
        "unlock the keychain and try again; or set LATCH_STORE=file and log in again",
        e);
  }
}
