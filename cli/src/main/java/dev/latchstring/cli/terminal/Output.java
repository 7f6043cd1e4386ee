package dev.latchstring.cli.terminal;

import dev.latchstring.oauth.Json;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * What is printed where. These are the rules, and no other class prints.
 *
 * <ul>
 *   <li>Standard output carries what was asked for and nothing else: the token, the status, the
 *       demo's story. It can be piped without a filter.
 *   <li>Everything said to the person goes to standard error: the code to enter, who is signed in,
 *       progress, warnings, errors.
 *   <li>With {@code --json}, standard output carries JSON, one object per line, and standard error
 *       nothing but a failure, which is one object {@code {"error":{...}}}.
 *   <li>An error is one line that begins with "error:" and says what is wrong, naming the address
 *       or the file. A line that begins with "hint:" says what to do about it. There is never a
 *       stack trace; {@code --debug} adds lines that begin with "debug:", without secrets.
 *   <li>Colours, and anything that redraws a line, are for a stream that is a terminal; {@code
 *       NO_COLOR} switches colours off. No meaning is in a colour alone.
 *   <li>Sentences are ASCII. Blocks are drawn where the stream can carry them.
 *   <li>A token is printed by {@code latch token} alone; a password once, by whoever made it up.
 * </ul>
 */
public final class Output {
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final boolean json;
  private final boolean debug;
  private final Object lock = new Object();
  private @Nullable String transientLine;

  public Output(PrintStream out, PrintStream err, Terminal terminal) {
    this(out, err, terminal, false, false);
  }

  private Output(PrintStream out, PrintStream err, Terminal terminal, boolean json, boolean debug) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.json = json;
    this.debug = debug;
  }

  /** The same streams for a command that was asked for JSON, or for detail. */
  public Output with(boolean asJson, boolean withDebug) {
    return new Output(out, err, terminal, asJson, withDebug);
  }

  public Terminal terminal() {
    return terminal;
  }

  public boolean isJson() {
    return json;
  }

  /** A line of what was asked for, to standard output. Nothing where JSON was asked for. */
  public void result(String line) {
    if (!json) {
      synchronized (lock) {
        eraseTransient();
        out.println(PlainText.clean(line));
        out.flush();
      }
    }
  }

  /** A line of what was asked for, with emphasis where there is a terminal. */
  public void result(Style style, String line) {
    if (!json) {
      synchronized (lock) {
        eraseTransient();
        out.println(styled(style, PlainText.clean(line), terminal.output()));
        out.flush();
      }
    }
  }

  /** Blocks that {@link QrCode} drew, to standard output. */
  public void resultBlocks(String drawn) {
    if (!json) {
      synchronized (lock) {
        eraseTransient();
        out.print(drawn);
        out.flush();
      }
    }
  }

  /** One JSON object to standard output. Nothing unless JSON was asked for. */
  public void json(Object value) {
    if (json) {
      synchronized (lock) {
        out.println(Json.write(value));
        out.flush();
      }
    }
  }

  /** A line for the person, to standard error. */
  public void say(String line) {
    if (!json) {
      toError(PlainText.clean(line));
    }
  }

  /** A line for the person, with emphasis where there is a terminal. */
  public void say(Style style, String line) {
    if (!json) {
      toError(styled(style, PlainText.clean(line), terminal.error()));
    }
  }

  /** Blocks that {@link QrCode} drew, to standard error. */
  public void sayBlocks(String drawn) {
    if (!json) {
      synchronized (lock) {
        eraseTransient();
        err.print(drawn);
        err.flush();
      }
    }
  }

  public void warning(String message) {
    if (!json) {
      toError(styled(Style.YELLOW, "warning:", terminal.error()) + " " + PlainText.clean(message));
    }
  }

  /** What to do next. */
  public void hint(String hint) {
    if (!json) {
      toError(styled(Style.CYAN, "hint:", terminal.error()) + " " + PlainText.clean(hint));
    }
  }

  /** What went wrong, in the form that was asked for. */
  public void error(String code, String message, @Nullable String hint) {
    if (json) {
      toError(Json.write(new ErrorLine(new ErrorBody(code, message, hint))));
      return;
    }
    toError(styled(Style.RED, "error:", terminal.error()) + " " + PlainText.clean(message));
    if (hint != null) {
      hint(hint);
    }
  }

  /** Detail for who asked for it with {@code --debug}. The caller leaves secrets out. */
  public void debug(String line) {
    if (debug) {
      toError("debug: " + PlainText.clean(line));
    }
  }

  /** A line that the next one replaces; only on a terminal. */
  void transientLine(String line) {
    if (!json && terminal.error()) {
      synchronized (lock) {
        eraseTransient();
        transientLine = line;
        err.print(PlainText.clean(line));
        err.flush();
      }
    }
  }

  /** Takes the transient line away. */
  public void clearTransient() {
    synchronized (lock) {
      eraseTransient();
      err.flush();
    }
  }

  /** A question to the person, without a line break. */
  public void ask(String question) {
    synchronized (lock) {
      eraseTransient();
      err.print(PlainText.clean(question) + " ");
      err.flush();
    }
  }

  private void toError(String line) {
    synchronized (lock) {
      eraseTransient();
      err.println(line);
      err.flush();
    }
  }

  private void eraseTransient() {
    if (transientLine != null) {
      transientLine = null;
      err.print("\r\u001b[K");
    }
  }

  private String styled(Style style, String text, boolean isTerminal) {
    return isTerminal && terminal.colours() ? style.around(text) : text;
  }

  private record ErrorLine(ErrorBody error) {}

  private record ErrorBody(String code, String message, @Nullable String hint) {}
}
