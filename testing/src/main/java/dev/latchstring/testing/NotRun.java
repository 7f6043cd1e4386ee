package dev.latchstring.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The list of what this build did not run, and why: {@code target/not-run.txt} under the root of
 * the tree, one line per test class or method, in the words that the reader of the build will see.
 *
 * <p>{@code mvnw} empties the list when it starts and prints it when Maven has ended, so that it is
 * the last thing on the screen even after a failure.
 */
public final class NotRun {
  private NotRun() {}

  /**
   * Adds a line to the list.
   *
   * @param what the test, as its author would search for it
   * @param why the reason, with what to do about it
   */
  public static void record(String what, String why) {
    Path file = SourceTree.root().resolve("target").resolve("not-run.txt");
    try {
      Files.createDirectories(file.getParent());
      // One small write to a file opened for appending: forked test JVMs do not mix their lines.
      Files.write(
          file,
          (what + ": " + why + "\n").getBytes(UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
