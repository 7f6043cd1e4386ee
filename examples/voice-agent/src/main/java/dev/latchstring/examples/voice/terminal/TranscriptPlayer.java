package dev.latchstring.examples.voice.terminal;

import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Plays transcripts: calls the agent, says what the transcript's caller says, and compares what the
 * agent says.
 */
public final class TranscriptPlayer {
  private static final int MAX_WAITS = 30;

  private final Calls calls;
  private final Supplier<String> code;
  private final Consumer<Duration> waiting;
  private final CallPrinter printer;

  /**
   * @param code gives the latest text message's code, for {@code {code}}
   * @param waiting lets the time pass that the agent wants to wait
   */
  public TranscriptPlayer(
      Calls calls, Supplier<String> code, Consumer<Duration> waiting, CallPrinter printer) {
    this.calls = calls;
    this.code = code;
    this.waiting = waiting;
    this.printer = printer;
  }

  /** The agent did not do what the transcript says. */
  public static final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mismatch(Transcript.Entry entry, String expected, String found) {
      super("line " + entry.line() + ": expected " + expected + ", and the agent " + found);
    }
  }

  /**
   * Plays one call.
   *
   * @param callId unique
   * @throws Mismatch where the agent does something else
   */
  public void play(String callId, Transcript transcript) {
    Answered answered = passed(callId, calls.begin(callId, transcript.language()));
    try {
      for (Transcript.Entry entry : transcript.entries()) {
        boolean secret = answered.turn().next() instanceof Turn.Listen listen && listen.secret();
        switch (entry) {
          case Transcript.Agent agent -> compare(agent, answered.turn());
          case Transcript.AgentHangsUp end -> {
            if (!(answered.turn().next() instanceof Turn.HangUp)) {
              throw new Mismatch(
                  entry, "the agent to hang up", "goes on: " + words(answered.turn()));
            }
          }
          case Transcript.Drops drops -> {
            printer.event("the line is cut");
            calls.end(callId);
          }
          case Transcript.CallsAgain again -> {
            calls.end(callId);
            printer.event("calls again");
            answered = passed(callId, calls.begin(callId, transcript.language()));
          }
          case Transcript.Silence silence -> {
            printer.event("silence");
            answered = say(callId, entry, answered, new Heard.Nothing());
          }
          case Transcript.Caller caller -> {
            printer.caller(caller.words(), secret);
            double confidence = caller.unclear() ? 0.1 : Double.NaN;
            answered = say(callId, entry, answered, new Heard.Spoken(caller.words(), confidence));
          }
          case Transcript.Keys keys -> {
            printer.keys(keys.keys(), secret);
            String pressed = keys.keys().contains("{code}") ? code.get() : keys.keys();
            answered = say(callId, entry, answered, new Heard.Keyed(pressed));
          }
        }
      }
    } finally {
      calls.end(callId);
    }
  }

  private Answered say(String callId, Transcript.Entry entry, Answered before, Heard heard) {
    if (before.turn().next() instanceof Turn.HangUp) {
      throw new Mismatch(entry, "the agent to listen", "has hung up: " + words(before.turn()));
    }
    return passed(
        callId,
        calls
            .heard(callId, before.number(), heard)
            .orElseThrow(() -> new Mismatch(entry, "a call", "has none")));
  }

  /** Waits where the agent wants to wait. */
  private Answered passed(String callId, Answered first) {
    Answered answered = first;
    printer.agent(answered.turn());
    for (int i = 0; i < MAX_WAITS && answered.turn().next() instanceof Turn.Pause pause; i++) {
      waiting.accept(pause.time());
      answered = calls.heard(callId, answered.number(), new Heard.Nothing()).orElse(answered);
      printer.agent(answered.turn());
    }
    return answered;
  }

  private static void compare(Transcript.Agent expected, Turn turn) {
    String said = plain(words(turn));
    int at = 0;
    for (String part : expected.text().split("\\.\\.\\.", -1)) {
      int found = said.indexOf(plain(part), at);
      if (found < 0) {
        throw new Mismatch(expected, "“" + expected.text() + "”", "says “" + words(turn) + "”");
      }
      at = found + plain(part).length();
    }
  }

  private static String words(Turn turn) {
    return turn.said().stream().map(Said::text).collect(Collectors.joining(" "));
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
  }
}
