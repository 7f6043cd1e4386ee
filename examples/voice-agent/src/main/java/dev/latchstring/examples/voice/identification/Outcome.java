package dev.latchstring.examples.voice.identification;

import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.util.List;

/** What came of asking the caller, or the authorization server. */
public sealed interface Outcome {
  /** The caller has to be asked this, or has to wait. */
  record Ask(Turn turn) implements Outcome {
    /** The same, with something said before it. */
    Ask after(Said first) {
      return new Ask(turn.after(first));
    }
  }

  /** It is known who calls. */
  record Known() implements Outcome {}

  /**
   * It will not be known in this call.
   *
   * @param phrase what the caller is told
   * @param parts of the phrase
   */
  record GivenUp(String phrase, List<String> parts) implements Outcome {
    public GivenUp {
      parts = List.copyOf(parts);
    }

    static GivenUp because(String phrase, String... parts) {
      return new GivenUp(phrase, List.of(parts));
    }
  }
}
