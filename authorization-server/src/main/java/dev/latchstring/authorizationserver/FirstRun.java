package dev.latchstring.authorizationserver;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a start created, for whoever started it to be told once.
 *
 * @param created what there was not before, in words: empty where this was not the first run
 * @param username the account that was made where none was configured, or null
 * @param password its password, which is shown nowhere else and never again, or null
 */
public record FirstRun(
    Path data, List<String> created, @Nullable String username, @Nullable String password) {
  public FirstRun {
    created = List.copyOf(created);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "FirstRun[data=" + data + ", created=" + created + ", username=" + username + "]";
  }
}
