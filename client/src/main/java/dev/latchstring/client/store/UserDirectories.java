package dev.latchstring.client.store;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a user's files go: XDG Base Directories on Linux, {@code ~/Library} on macOS, {@code
 * %APPDATA%} on Windows. {@code LATCH_HOME} puts everything under one directory, on any of them.
 *
 * @param data tokens, databases: what must be kept
 * @param config keys and settings, apart from the data
 * @param cache what may be deleted at any time
 */
public record UserDirectories(Path data, Path config, Path cache) {

  /** The directories of the user who runs this process; none of them is created. */
  public static UserDirectories ofThisUser() {
    return of(
        System.getenv(), System.getProperty("os.name", ""), System.getProperty("user.home", "."));
  }

  /** The directories by the given environment, operating system and home directory. */
  public static UserDirectories of(
      Map<String, String> environment, String operatingSystem, String home) {
    Path homeDirectory = Path.of(home);
    Path own = absolute(environment.get("LATCH_HOME"));
    if (own == null && !environment.getOrDefault("LATCH_HOME", "").isEmpty()) {
      own = Path.of(environment.getOrDefault("LATCH_HOME", "")).toAbsolutePath();
    }
    if (own != null) {
      return new UserDirectories(own.resolve("data"), own.resolve("config"), own.resolve("cache"));
    }
    String os = operatingSystem.toLowerCase(Locale.ROOT);
    if (os.startsWith("mac")) {
      Path library = homeDirectory.resolve("Library");
      Path support = library.resolve("Application Support").resolve("latchstring");
      return new UserDirectories(
          support,
          library.resolve("Preferences").resolve("latchstring"),
          library.resolve("Caches").resolve("latchstring"));
    }
    if (os.startsWith("windows")) {
      Path roaming =
          orElse(environment.get("APPDATA"), homeDirectory.resolve("AppData").resolve("Roaming"));
      Path local =
          orElse(
              environment.get("LOCALAPPDATA"), homeDirectory.resolve("AppData").resolve("Local"));
      return new UserDirectories(
          roaming.resolve("latchstring").resolve("data"),
          roaming.resolve("latchstring").resolve("config"),
          local.resolve("latchstring").resolve("cache"));
    }
    return new UserDirectories(
        orElse(environment.get("XDG_DATA_HOME"), homeDirectory.resolve(".local/share"))
            .resolve("latchstring"),
        orElse(environment.get("XDG_CONFIG_HOME"), homeDirectory.resolve(".config"))
            .resolve("latchstring"),
        orElse(environment.get("XDG_CACHE_HOME"), homeDirectory.resolve(".cache"))
            .resolve("latchstring"));
  }

  private static Path orElse(@Nullable String configured, Path otherwise) {
    Path path = absolute(configured);
    return path == null ? otherwise : path;
  }

  /** The XDG specification says that a relative path is to be ignored. */
  private static @Nullable Path absolute(@Nullable String configured) {
    if (configured == null || configured.isEmpty()) {
      return null;
    }
    Path path = Path.of(configured);
    return path.isAbsolute() ? path : null;
  }
}
