package dev.latchstring.examples.voice.terminal;

import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.io.PrintWriter;

/**
 * Prints a call as people read it. The agent's words are printed whole, for the terminal is the
 * caller's ear; of the caller's answers to the authorization server it prints {@code •••}.
 */
public final class CallPrinter {
  private final PrintWriter out;

  public CallPrinter(PrintWriter out) {
    this.out = out;
  }

  void agent(Turn turn) {
    turn.said().forEach(each -> line("agent   ", each.text()));
    switch (turn.next()) {
      case Turn.HangUp hangUp -> line("", "(the agent hangs up)");
      case Turn.Pause pause -> line("", "(the agent waits)");
      case Turn.Listen listen -> {
        // The caller's turn.
      }
    }
  }

  void caller(String words, boolean secret) {
    line("caller  ", secret ? Said.MASK : words);
  }

  void keys(String keys, boolean secret) {
    line("keys    ", secret ? Said.MASK : keys);
  }

  void event(String text) {
    line("", "(" + text + ")");
  }

  private void line(String who, String text) {
    out.println(who + text);
    out.flush();
  }
}
