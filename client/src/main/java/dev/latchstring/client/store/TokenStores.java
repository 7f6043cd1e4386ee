package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store that the user chose. */
public final class TokenStores {
  private static final Logger LOG = LoggerFactory.getLogger(TokenStores.class);

  /** The environment variable that chooses the store. */
  public static final String VARIABLE = "LATCH_STORE";

  /** The environment variable whose value takes the place of every other key. */
  public static final String KEY_VARIABLE = "LATCH_STORE_KEY";

  private TokenStores() {}

  /**
   * The store of the user who runs this process: the one that {@code latch login} uses.
   *
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE} where {@code LATCH_STORE} names none
   */
  public static TokenStore ofThisUser() {
    return open(
        UserDirectories.ofThisUser(),
        System.getenv(),
        System.getProperty("os.name", ""),
        new SecureRandom());
  }

  /** {@link #open(UserDirectories, Map, String, SecureRandom, Consumer)}, with notes in the log. */
  public static TokenStore open(
      UserDirectories directories,
      Map<String, String> environment,
      String operatingSystem,
      SecureRandom random) {
    return open(directories, environment, operatingSystem, random, LOG::warn);
  }

  /**
   * A store in the user's directories. Nothing is created, and no keychain asked, before it is
   * used.
   *
   * @param environment {@code LATCH_STORE} is {@code auto} (the default), {@code file}, {@code
   *     keychain} or {@code memory}; {@code LATCH_STORE_KEY} is a passphrase to use instead of any
   *     other key
   * @param operatingSystem the system property {@code os.name}
   * @param notes is told, for the person and once, where the keychain failed and a file took its
   *     place
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE} where there is no such store
   */
  public static TokenStore open(
      UserDirectories directories,
      Map<String, String> environment,
      String operatingSystem,
      SecureRandom random,
      Consumer<String> notes) {
    String name = environment.getOrDefault(VARIABLE, "").toLowerCase(Locale.ROOT);
    if (name.equals("memory")) {
      return new MemoryTokenStore();
    }
    String passphrase = environment.getOrDefault(KEY_VARIABLE, "");
    return new EncryptedFileTokenStore(
        directories.data(),
        new StoreKeys(
            directories.config(),
            passphrase.isEmpty() ? null : passphrase,
            choice(name),
            systemKeychain(operatingSystem),
            SystemKeychain.isLikely(environment, operatingSystem),
            random,
            notes),
        random);
  }

  static Keychain systemKeychain(String operatingSystem) {
    return new TimedKeychain(new SystemKeychain(operatingSystem), TimedKeychain.LIMIT);
  }

  private static StoreKeys.Choice choice(String name) {
    return switch (name) {
      case "", "auto" -> StoreKeys.Choice.AUTO;
      case "file" -> StoreKeys.Choice.FILE;
      case "keychain" -> StoreKeys.Choice.KEYCHAIN;
      default ->
          throw new ClientException(
              Problem.STORE_UNAVAILABLE,
              "there is no token store " + VARIABLE + "=" + name,
              "set it to auto, file, keychain or memory");
    };
  }
}
