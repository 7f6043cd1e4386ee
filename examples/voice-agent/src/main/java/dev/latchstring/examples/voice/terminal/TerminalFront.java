package dev.latchstring.examples.voice.terminal;

import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Turn;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call typed in: a line is what the caller says, a line of digits is what they key in, an empty
 * line is silence, the end of the input hangs up. On a terminal, answers to the authorization
 * server are typed unseen.
 */
public final class TerminalFront {
  private static final String CALL = "terminal";

  private final Calls calls;
  private final BufferedReader in;
  private final @Nullable Console console;
  private final CallPrinter printer;
  private final Consumer<Duration> waiting;

  /**
   * @param in where lines come from
   * @param console for typing unseen; null where there is no terminal
   */
  public TerminalFront(
      Calls calls,
      BufferedReader in,
      @Nullable Console console,
      CallPrinter printer,
      Consumer<Duration> waiting) {
    this.calls = calls;
    this.in = in;
    this.console = console;
    this.printer = printer;
    this.waiting = waiting;
  }

  /**
   * One call, to its end.
   *
   * @param language null to be asked
   */
  public void call(@Nullable Language language) throws IOException {
    Answered answered = calls.begin(CALL, language);
    try {
      printer.agent(answered.turn());
      while (!(answered.turn().next() instanceof Turn.HangUp)) {
        Heard heard = heard(answered.turn().next());
        if (heard == null) {
          printer.event("you hang up");
          return;
        }
        answered = calls.heard(CALL, answered.number(), heard).orElseThrow();
        printer.agent(answered.turn());
      }
    } finally {
      calls.end(CALL);
    }
  }

  private @Nullable Heard heard(Turn.Next next) throws IOException {
    if (next instanceof Turn.Pause pause) {
      waiting.accept(pause.time());
      return new Heard.Nothing();
    }
    String line = line(next instanceof Turn.Listen listen && listen.secret());
    if (line == null) {
      return null;
    }
    if (line.isBlank()) {
      return new Heard.Nothing();
    }
    return line.strip().matches("[0-9*#]+")
        ? new Heard.Keyed(line.strip())
        : Heard.Spoken.clearly(line.strip());
  }

  private @Nullable String line(boolean secret) throws IOException {
    if (console == null) {
      return in.readLine();
    }
    if (!secret) {
      return console.readLine("you     ");
    }
    char[] typed = console.readPassword("you     (unseen) ");
    return typed == null ? null : new String(typed);
  }
}
