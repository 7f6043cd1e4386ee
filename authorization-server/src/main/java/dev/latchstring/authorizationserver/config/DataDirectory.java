package dev.latchstring.authorizationserver.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a user's programs keep their data, as each operating system wants it. */
final class DataDirectory {
  private DataDirectory() {}

  /**
   * @param environment the environment's variables
   * @param os the system property {@code os.name}
   * @param home the system property {@code user.home}
   */
  static Path of(Map<String, String> environment, String os, String home) {
    String system = os.toLowerCase(Locale.ROOT);
    String xdg = environment.get("XDG_DATA_HOME");
    if (system.startsWith("windows")) {
      @Nullable String local = environment.get("LOCALAPPDATA");
      return Path.of(local == null ? home : local).resolve("latchstring");
    }
    if (system.startsWith("mac")) {
      return Path.of(home, "Library", "Application Support", "latchstring");
    }
    // XDG Base Directory: a path that is not absolute is ignored.
    boolean named = xdg != null && Path.of(xdg).isAbsolute();
    return (named ? Path.of(String.valueOf(xdg)) : Path.of(home, ".local", "share"))
        .resolve("latchstring");
  }
}
