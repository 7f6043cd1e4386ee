package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step asks.
 *
 * @param fields the properties of {@code requestedSchema}, all of them required
 * @param members what a kind adds to the step, such as {@code publicKey}
 */
public record Question(Prompt prompt, List<Field> fields, Map<String, Object> members) {
  public Question {
    fields = List.copyOf(fields);
    members = Map.copyOf(members);
  }

  /** A question with nothing beside its fields. */
  public Question(Prompt prompt, List<Field> fields) {
    this(prompt, fields, Map.of());
  }

  /**
   * A text that is asked for.
   *
   * @param title what people read before it
   * @param sensitive whether nobody but this server may see it
   * @param dtmf what an entry by keypad looks like: a letter or {@code #} for each digit; null
   *     where there is none
   * @param maxLength in characters
   */
  public record Field(
      String name, String title, boolean sensitive, @Nullable String dtmf, int maxLength) {}
}
