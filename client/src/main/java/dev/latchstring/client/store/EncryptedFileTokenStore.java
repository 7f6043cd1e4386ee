package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.Secrets;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each entry in an encrypted file of its own, that works without a keyring: {@code
 * tokens/login-DIGEST.latch} in the user's data directory (0700), the key apart from it: in the
 * configuration directory (0600) or in the keychain of the operating system.
 *
 * <p>A file is replaced as a whole, so a full disk, a killed process or a cut power line leaves the
 * old one. One that is damaged is told by its name and touches no other. What it protects from, and
 * what not, is in {@code docs/decisions/0031}.
 */
public final class EncryptedFileTokenStore implements TokenStore {
  private static final String SUFFIX = ".latch";

  /** How the names of files begin, by what is in them. */
  private static final Map<String, Class<? extends StoredEntry>> KINDS =
      Map.of(
          "login-", StoredLogin.class,
          "registration-", StoredRegistration.class,
          "pending-", StoredPending.class,
          "default-", StoredDefault.class);

  private final Path entries;
  private final StoreKeys keys;
  private final SecureRandom random;

  /**
   * A store whose key is in a file.
   *
   * @param data where the entries go
   * @param configuration where the key goes
   * @param passphrase takes the place of the key file; null for none
   */
  public EncryptedFileTokenStore(
      Path data, Path configuration, @Nullable String passphrase, SecureRandom random) {
    this(
        data,
        new StoreKeys(
            configuration,
            passphrase,
            StoreKeys.Choice.FILE,
            TokenStores.systemKeychain(System.getProperty("os.name", "")),
            false,
            random,
            note -> {}),
        random);
  }

  EncryptedFileTokenStore(Path data, StoreKeys keys, SecureRandom random) {
    this.entries = data.resolve("tokens");
    this.keys = keys;
    this.random = random;
  }

  @Override
  public <T extends StoredEntry> Optional<T> find(Slot<T> slot) {
    Path file = file(slot);
    byte[] sealed = read(file);
    if (sealed == null) {
      return Optional.empty();
    }
    T entry = parse(file, sealed, slot.type());
    if (!entry.slot().id().equals(slot.id())) {
      throw SealedFile.damaged(file, "belongs to another server or account");
    }
    return Optional.of(entry);
  }

  @Override
  public <T extends StoredEntry> boolean replace(
      Slot<T> slot, @Nullable T expected, @Nullable T replacement) {
    return exclusively(
        slot,
        () -> {
          if (!Objects.equals(find(slot).orElse(null), expected)) {
            return false;
          }
          if (replacement == null) {
            remove(slot);
          } else {
            put(slot, replacement);
          }
          return true;
        });
  }

  @Override
  public <T extends StoredEntry> void put(Slot<T> slot, T entry) {
    exclusively(
        slot,
        () -> {
          Path file = file(slot);
          byte[] sealed =
              SealedFile.seal(
                  EntryFormat.write(entry),
                  String.valueOf(file.getFileName()),
                  keys.writing(this::hasEntries),
                  random);
          try {
            StoreFiles.replace(file, sealed);
          } catch (IOException e) {
            throw new ClientException(
                Problem.STORE_UNAVAILABLE,
                "the token file " + file + " cannot be written: " + StoreFiles.reason(e),
                "free some space or check the directory's permissions;"
                    + " what was stored before is still there",
                e);
          }
          return true;
        });
  }

  @Override
  public boolean remove(Slot<?> slot) {
    Path file = file(slot);
    if (!Files.exists(file)) {
      return false;
    }
    return exclusively(
        slot,
        () -> {
          try {
            boolean removed = Files.deleteIfExists(file);
            StoreFiles.flushDirectory(file);
            return removed;
          } catch (IOException e) {
            throw new ClientException(
                Problem.STORE_UNAVAILABLE,
                "the token file " + file + " cannot be deleted: " + StoreFiles.reason(e),
                "delete it yourself",
                e);
          }
        });
  }

  @Override
  public <R> R exclusively(Slot<?> slot, Supplier<R> action) {
    try {
      StoreFiles.createPrivateDirectory(entries);
    } catch (IOException e) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the directory " + entries + " cannot be made: " + StoreFiles.reason(e),
          "check the permissions, or name another place by LATCH_HOME",
          e);
    }
    SlotLock lock = SlotLock.of(entries.resolve(name(slot) + ".lock"));
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Listed> list() {
    List<Listed> all = new ArrayList<>();
    for (Path file : files()) {
      try {
        byte[] sealed = read(file);
        if (sealed != null) {
          all.add(new Listed.Entry(parse(file, sealed, type(file))));
        }
      } catch (ClientException e) {
        all.add(new Listed.Damaged(e));
      }
    }
    return all;
  }

  private boolean hasEntries() {
    return !files().isEmpty();
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(entries, "*" + SUFFIX)) {
      found.forEach(files::add);
    } catch (NoSuchFileException e) {
      return files;
    } catch (IOException e) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the directory " + entries + " cannot be read: " + StoreFiles.reason(e),
          "check that it is yours",
          e);
    }
    files.sort(null);
    return files;
  }

  private <T extends StoredEntry> T parse(Path file, byte[] sealed, Class<T> type) {
    StoreKey key = keys.reading(SealedFile.keyId(sealed, file), file);
    return EntryFormat.read(SealedFile.open(sealed, file, key), type, file);
  }

  private static byte @Nullable [] read(Path file) {
    try {
      if (Files.size(file) > SealedFile.MAX_LENGTH) {
        throw SealedFile.damaged(file, "is longer than any entry");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the token file " + file + " cannot be read: " + StoreFiles.reason(e),
          "check that the file and its directory are yours",
          e);
    }
  }

  private Path file(Slot<?> slot) {
    return entries.resolve(name(slot) + SUFFIX);
  }

  private static String name(Slot<?> slot) {
    return kind(slot.type()) + HexFormat.of().formatHex(Secrets.sha256(slot.id()), 0, 16);
  }

  private static String kind(Class<? extends StoredEntry> type) {
    return KINDS.entrySet().stream()
        .filter(kind -> kind.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static Class<? extends StoredEntry> type(Path file) {
    String name = String.valueOf(file.getFileName());
    return KINDS.entrySet().stream()
        .filter(kind -> name.startsWith(kind.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> SealedFile.damaged(file, "is none of this version's"));
  }
}
