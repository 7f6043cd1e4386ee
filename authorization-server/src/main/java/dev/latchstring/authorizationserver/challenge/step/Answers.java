package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Question.Field;
import dev.latchstring.authorizationserver.challenge.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Whether an answer has the form of {@code requestedSchema}. */
final class Answers {
  private Answers() {}

  /** Null where it does: every field, each a text that is not too long, and nothing else. */
  static Verdict.@Nullable Malformed misfit(JsonNode answer, List<Field> fields) {
    for (Field field : fields) {
      JsonNode value = answer.path(field.name());
      if (!value.isString()) {
        return new Verdict.Malformed("answer needs " + field.name() + ", a string");
      }
      if (value.asString().length() > field.maxLength()) {
        return new Verdict.Malformed(
            field.name() + " is longer than " + field.maxLength() + " characters");
      }
    }
    return answer.size() == fields.size()
        ? null
        : new Verdict.Malformed("answer has members that requestedSchema does not have");
  }

  static String text(JsonNode answer, String field) {
    return answer.path(field).asString("");
  }
}
