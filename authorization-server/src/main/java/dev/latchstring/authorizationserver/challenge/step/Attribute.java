package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question.Field;
import dev.latchstring.authorizationserver.challenge.prompt.AskedFor;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Something on file that is asked for.
 *
 * @param sensitive whether it counts towards authentication
 */
public record Attribute(AskedFor asked, boolean sensitive) {
  private static final int MAX_LENGTH = 200;

  String name() {
    return asked.attribute();
  }

  Field field(Prompts prompts) {
    return new Field(
        name(),
        prompts.title(asked),
        sensitive,
        asked.form().keypad(prompts.locale()).orElse(null),
        MAX_LENGTH);
  }

  /** The normal form of what was answered; empty where it is none. */
  Optional<String> read(Asking asking, Prompts prompts, JsonNode answer) {
    // Where the day has begun first: a date of birth is compared, not reckoned with.
    LocalDate today = LocalDate.ofInstant(asking.now(), ZoneOffset.ofHours(14));
    return asked.form().read(Answers.text(answer, name()), prompts.locale(), today);
  }

  static List<Field> fields(List<Attribute> attributes, Prompts prompts) {
    return attributes.stream().map(attribute -> attribute.field(prompts)).toList();
  }

  static List<AskedFor> asked(List<Attribute> attributes) {
    return attributes.stream().map(Attribute::asked).toList();
  }
}
