package dev.latchstring.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What is at the other end of the standard streams.
 *
 * @param input whether a person can type an answer
 * @param output whether standard output is a terminal
 * @param error whether standard error is a terminal
 * @param colours whether escape sequences are wanted, on a stream that is a terminal
 * @param unicode whether the streams can carry block characters
 */
public record Terminal(
    boolean input, boolean output, boolean error, boolean colours, boolean unicode) {
  /** Nobody is there: pipes and files in plain ASCII. */
  public static final Terminal NONE = new Terminal(false, false, false, false, false);

  private static final String VARIABLE = "LATCH_TTY";

  /**
   * Finds out. The launcher says which streams are terminals in {@code LATCH_TTY}, as the digits of
   * their descriptors; without it the operating system is asked, as far as Java can.
   *
   * @param environment {@code NO_COLOR} (no-color.org) and {@code TERM=dumb} switch colours off
   */
  public static Terminal detect(Map<String, String> environment) {
    String noColour = environment.getOrDefault("NO_COLOR", "");
    boolean dumb = "dumb".equals(environment.get("TERM"));
    return new Terminal(
        isTerminal(0, environment),
        isTerminal(1, environment),
        isTerminal(2, environment),
        noColour.isEmpty() && !dumb,
        carriesBlocks());
  }

  private static boolean isTerminal(int descriptor, Map<String, String> environment) {
    String said = environment.get(VARIABLE);
    if (said != null) {
      return said.indexOf('0' + descriptor) >= 0;
    }
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return hasConsole();
    }
  }

  /** All three streams at once: before JDK 22 a console is one only where it is a terminal. */
  @SuppressWarnings("SystemConsoleNull") // asked of the console itself where it can answer
  private static boolean hasConsole() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private static boolean carriesBlocks() {
    String encoding = System.getProperty("stdout.encoding", Charset.defaultCharset().name());
    try {
      return Charset.forName(encoding).newEncoder().canEncode('\u2580');
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
