package dev.latchstring.client.challenge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One property of a step's answer: of {@code requestedSchema}, with what {@code inputs} says of it.
 *
 * @param name the key in the answer
 * @param title what a form calls it, fit to be shown: at most 200 characters on one line; the name
 *     where there is none
 * @param sensitive whether it must not be shown, logged, or seen by a language model. True unless
 *     the server says otherwise
 * @param dtmf what a keypad entry looks like, a letter or {@code #} for each digit; null where it
 *     cannot be entered by keypad
 * @param required whether the answer must have it
 * @param maxLength the most characters
 * @param type how it is written in the answer
 * @param choices the only values; empty where any is
 */
public record Field(
    String name,
    String title,
    boolean sensitive,
    @Nullable String dtmf,
    boolean required,
    int maxLength,
    Type type,
    List<String> choices) {

  /** Where the server gives no {@code maxLength}. */
  public static final int DEFAULT_MAX_LENGTH = 8192;

  /** The types of the flat schema. */
  public enum Type {
    STRING,
    NUMBER,
    INTEGER,
    BOOLEAN
  }

  public Field {
    choices = List.copyOf(choices);
  }
}
