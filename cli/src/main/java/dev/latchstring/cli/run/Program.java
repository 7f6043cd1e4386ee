package dev.latchstring.cli.run;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a local MCP server.
 *
 * @param command the program and its arguments, at least one
 */
record Program(List<String> command) {
  /** What a shell ends with where there is no such program. */
  static final int NOT_FOUND = 127;

  /** What a shell ends with where a file cannot be executed. */
  static final int NOT_EXECUTABLE = 126;

  Program {
    command = List.copyOf(command);
  }

  /** The program without its folder, for people. */
  String name() {
    String first = command.getFirst();
    int slash = Math.max(first.lastIndexOf('/'), first.lastIndexOf(File.separatorChar));
    return slash < 0 ? first : first.substring(slash + 1);
  }

  /** Why it cannot be started, and the status to end with. */
  record Missing(int status, String message, String hint) {}

  /**
   * Looks for the program as the system will, so that a wrong name is told at once; null where it
   * is there.
   *
   * @param environment whose {@code PATH} counts
   */
  @Nullable Missing missing(Map<String, String> environment, boolean windows) {
    if (windows) {
      return null; // What Windows completes a name to is found out by starting it.
    }
    String first = command.getFirst();
    if (first.indexOf('/') >= 0) {
      return judge(Path.of(first), first);
    }
    Missing found = null;
    for (String folder : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, first);
      if (Files.isRegularFile(file)) {
        if (Files.isExecutable(file)) {
          return null;
        }
        found = judge(file, file.toString());
      }
    }
    return found != null
        ? found
        : new Missing(
            NOT_FOUND,
            "there is no command '" + first + "' on the PATH",
            "install it, or give its full path; MCP hosts often start with a shorter PATH than a"
                + " shell has");
  }

  private static @Nullable Missing judge(Path file, String name) {
    if (!Files.exists(file)) {
      return new Missing(NOT_FOUND, "there is no file " + name, "check the path");
    }
    if (Files.isDirectory(file) || !Files.isExecutable(file)) {
      return new Missing(NOT_EXECUTABLE, name + " cannot be executed", "chmod +x " + name);
    }
    return null;
  }
}
