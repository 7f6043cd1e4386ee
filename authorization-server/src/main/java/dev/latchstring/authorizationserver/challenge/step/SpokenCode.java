package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question.Field;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.prompt.AskedFor;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.authorizationserver.speech.AnswerForm;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Six digits that somebody reads out or types. */
final class SpokenCode {
  static final int DIGITS = 6;

  private static final String CODE = "code";
  private static final AnswerForm FORM = AnswerForm.digits(DIGITS);
  private static final int MAX_LENGTH = 200;

  private SpokenCode() {}

  static AskedFor asked() {
    return AskedFor.of(CODE, FORM);
  }

  static List<Field> fields(Prompts prompts) {
    return List.of(new Field(CODE, prompts.title(asked()), true, "#".repeat(DIGITS), MAX_LENGTH));
  }

  static Optional<String> read(Asking asking, JsonNode answer) {
    Prompts prompts = Prompts.of(asking.locales());
    LocalDate today = LocalDate.ofInstant(asking.now(), ZoneOffset.UTC);
    return FORM.read(Answers.text(answer, CODE), prompts.locale(), today);
  }

  static @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    Verdict misfit = Answers.misfit(answer, fields(Prompts.of(asking.locales())));
    if (misfit != null) {
      return misfit;
    }
    return read(asking, answer).isPresent() ? null : new Verdict.NotUnderstood();
  }
}
