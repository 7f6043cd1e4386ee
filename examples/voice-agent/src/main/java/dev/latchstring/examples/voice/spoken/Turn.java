package dev.latchstring.examples.voice.spoken;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent's turn: what it says, and what it does then.
 *
 * @param asked how many of the last sentences are the question; only they are repeated to a caller
 *     who says nothing
 */
public record Turn(List<Said> said, int asked, Next next) {
  public Turn {
    said = List.copyOf(said);
  }

  /** A turn that is all question. */
  public Turn(List<Said> said, Next next) {
    this(said, said.size(), next);
  }

  /** Of this turn the question alone. */
  public Turn question() {
    return new Turn(said.subList(said.size() - asked, said.size()), next);
  }

  /** What the agent does when it has spoken. */
  public sealed interface Next {}

  /**
   * It listens, to speech and to the keypad; the caller may interrupt it.
   *
   * @param language the language that the recogniser should expect
   * @param secret whether what comes is an answer to the authorization server: a front shows and
   *     keeps nothing of it
   * @param keys how many keys make a complete answer; 0 where that is open, and {@code #} ends it
   */
  public record Listen(Language language, boolean secret, int keys) implements Next {}

  /** It waits and goes on by itself, with {@link Heard.Nothing}. */
  public record Pause(Duration time) implements Next {}

  /** It hangs up. */
  public record HangUp() implements Next {}

  public static Turn listen(List<Said> said, Language language) {
    return new Turn(said, new Listen(language, false, 0));
  }

  public static Turn hangUp(Said... said) {
    return new Turn(List.of(said), new HangUp());
  }

  /** The same turn, with something said before it. */
  public Turn after(Said first) {
    return after(List.of(first));
  }

  /** The same turn, with something said before it. */
  public Turn after(List<Said> first) {
    List<Said> all = new ArrayList<>(first);
    all.addAll(said);
    return new Turn(all, asked, next);
  }
}
