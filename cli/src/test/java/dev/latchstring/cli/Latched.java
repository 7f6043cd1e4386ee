package dev.latchstring.cli;

import dev.latchstring.cli.terminal.Terminal;
import dev.latchstring.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user of the command, with a home of their own: what they ran reads as a transcript, standard
 * error before standard output, the status at the end.
 */
public final class Latched {
  private final Path home;
  private final Map<String, String> variables = new HashMap<>();
  private Terminal terminal = Terminal.NONE;
  private String typed = "";
  private boolean live;

  public Latched(Path home) {
    this.home = home;
    variables.put("LATCH_HOME", home.toString());
    variables.put("HOSTNAME", "kitchen");
  }

  public Latched with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** Somebody sits there and will type this. */
  public Latched atTerminal(String types) {
    terminal = new Terminal(true, true, true, false, false);
    typed = types;
    return this;
  }

  /** Somebody sits there and types while it runs: {@link Running#types}. */
  public Latched atLiveTerminal() {
    live = true;
    return atTerminal("");
  }

  /** Nobody sits there, and lines come on standard input while it runs: {@link Running#types}. */
  public Latched typingLive() {
    live = true;
    return this;
  }

  /** Nobody sits there, and this is on standard input. */
  public Latched typing(String lines) {
    typed = lines;
    return this;
  }

  public Path home() {
    return home;
  }

  /** What a command did. */
  public record Ran(int status, String out, String err) {
    /** Both streams and the status, as one would see them. */
    public String transcript() {
      return err + out + "[" + status + "]\n";
    }
  }

  public Ran run(String... args) {
    return start(args).end();
  }

  public Running start(String... args) {
    return new Running(args);
  }

  /** A command under way. */
  public final class Running {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final PipedOutputStream keyboard = new PipedOutputStream();

    private Running(String... args) {
      Environment environment =
          new Environment(
              input(),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              terminal,
              variables,
              home,
              "Linux",
              Clock.systemUTC(),
              new SecureRandom());
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              status.complete(Commands.run(args, environment));
            } catch (Throwable e) {
              status.completeExceptionally(e);
            }
          });
    }

    private InputStream input() {
      try {
        return live
            ? new PipedInputStream(keyboard, 64 * 1024)
            : new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The person types a line. */
    public void types(String line) throws IOException {
      keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    }

    public String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    /** The first group of the pattern, once standard error has it. */
    public String awaitErr(String pattern) throws Exception {
      Pattern compiled = Pattern.compile(pattern);
      Await.until(
          "\"" + pattern + "\" in: " + err(),
          () -> compiled.matcher(err()).find() || status.isDone());
      Matcher matcher = compiled.matcher(err());
      if (!matcher.find()) {
        throw new AssertionError("ended without \"" + pattern + "\": " + err());
      }
      return matcher.groupCount() == 0 ? matcher.group() : matcher.group(1);
    }

    public Ran end() {
      try {
        int code = status.get(120, TimeUnit.SECONDS);
        return new Ran(code, out(), err());
      } catch (Exception e) {
        throw new AssertionError("did not end: " + err() + out(), e);
      }
    }
  }
}
