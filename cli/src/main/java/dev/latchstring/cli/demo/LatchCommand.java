package dev.latchstring.cli.demo;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** How to start this program from anywhere, for configurations that others read. */
final class LatchCommand {
  private static final int LEVELS = 6;

  private LatchCommand() {}

  /**
   * {@code LATCH_COMMAND} where it is set; else the launcher of the clone that the classes were
   * built in; else {@code latch}, which then has to be on the PATH.
   */
  static String ofThisProcess(Map<String, String> environment) {
    String named = environment.getOrDefault("LATCH_COMMAND", "");
    if (!named.isEmpty()) {
      return named;
    }
    String first = System.getProperty("java.class.path", "").split(":", 2)[0];
    try {
      Path place = Path.of(first).toAbsolutePath().getParent();
      for (int i = 0; i < LEVELS && place != null; i++, place = place.getParent()) {
        Path launcher = place.resolve("latch");
        if (Files.isRegularFile(launcher) && Files.isExecutable(launcher)) {
          return launcher.toString();
        }
      }
    } catch (InvalidPathException e) {
      // Not a path at all: the name has to do.
    }
    return "latch";
  }
}
