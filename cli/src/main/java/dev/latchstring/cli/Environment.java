package dev.latchstring.cli;

import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a command takes from the process it runs in, so that it can run in any.
 *
 * @param variables the environment variables
 * @param home the user's home directory
 * @param os the system property {@code os.name}
 */
public record Environment(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Terminal terminal,
    Map<String, String> variables,
    Path home,
    String os,
    Clock clock,
    SecureRandom random) {

  private static final int MAX_LINE = 64 * 1024;

  public Environment {
    variables = Map.copyOf(variables);
  }

  /** This process's own. */
  public static Environment ofThisProcess() {
    Map<String, String> variables = System.getenv();
    return new Environment(
        System.in,
        System.out,
        System.err,
        Terminal.detect(variables),
        variables,
        Path.of(System.getProperty("user.home", ".")),
        System.getProperty("os.name", ""),
        Clock.systemUTC(),
        new SecureRandom());
  }

  /** The same with other values of some variables. */
  public Environment with(Map<String, String> changes) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.putAll(changes);
    return new Environment(in, out, err, terminal, changed, home, os, clock, random);
  }

  Output output() {
    return new Output(out, err, terminal);
  }

  /** Where the person lives, as far as the machine knows. */
  public ZoneId zone() {
    return ZoneId.systemDefault();
  }

  /**
   * One line that the person types, and nothing after it; null at the end of the input.
   *
   * @throws IOException also where it has more than {@value #MAX_LINE} bytes
   */
  public @Nullable String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
      if (line.size() > MAX_LINE) {
        throw new IOException("a line is longer than " + MAX_LINE + " bytes");
      }
    }
    String text = line.toString(Charset.defaultCharset());
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * One line that the person types and nobody sees; null at the end of the input. Where standard
   * input is no terminal, nothing is shown anyway.
   */
  @SuppressWarnings({"SystemConsoleNull", "ReferenceEquality"}) // this process's own input alone
  public @Nullable String readUnseen() throws IOException {
    Console console = in == System.in && terminal.input() ? System.console() : null;
    if (console == null) {
      return readLine();
    }
    char[] typed = console.readPassword();
    return typed == null ? null : new String(typed);
  }

  /** The streams' kind alone: the variables may hold secrets. */
  @Override
  public String toString() {
    return "Environment[terminal=" + terminal + "]";
  }
}
