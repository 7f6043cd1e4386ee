package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Question.Field;
import dev.latchstring.authorizationserver.challenge.Reason;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.prompt.AskedFor;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.authorizationserver.speech.AnswerForm;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code password} and {@code pin}: what only the person knows (RFC 8176 §2). */
final class SecretStep implements Step {
  private static final AnswerForm PIN = AnswerForm.digits(4, 12);
  private static final int MAX_PIN = 200;

  private final StepKind kind;
  private final PasswordAuthentication passwords;

  /**
   * @param kind {@code PASSWORD} or {@code PIN}
   */
  SecretStep(StepKind kind, PasswordAuthentication passwords) {
    this.kind = kind;
    this.passwords = passwords;
  }

  @Override
  public String kind() {
    return kind.wireName();
  }

  private boolean isPin() {
    return kind == StepKind.PIN;
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    Prompt question = isPin() ? prompts.pin() : prompts.password();
    AskedFor asked = AskedFor.of(kind(), isPin() ? PIN : AnswerForm.TEXT);
    Prompt prompt =
        asking.reason() == Reason.NO_MATCH
            ? prompts.didNotMatch(asking.attemptsLeft(), question)
            : asking.reason() == Reason.NOT_UNDERSTOOD
                ? prompts.notUnderstood(List.of(asked))
                : question;
    return new Question(prompt, fields(prompts.title(asked)));
  }

  private List<Field> fields(String title) {
    return List.of(
        new Field(
            kind(), title, true, null, isPin() ? MAX_PIN : PasswordAuthentication.MAX_LENGTH));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    Verdict misfit = Answers.misfit(answer, fields(""));
    if (misfit != null) {
      return misfit;
    }
    return isPin() && pin(asking, answer).isEmpty() ? new Verdict.NotUnderstood() : null;
  }

  private Optional<String> pin(Asking asking, JsonNode answer) {
    Prompts prompts = Prompts.of(asking.locales());
    LocalDate today = LocalDate.ofInstant(asking.now(), ZoneOffset.UTC);
    return PIN.read(Answers.text(answer, kind()), prompts.locale(), today);
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    boolean right =
        isPin()
            ? passwords.matches(pin(asking, answer).orElse(""), asking.somebody().pinHash())
            : passwords.matches(Answers.text(answer, kind()), asking.somebody().passwordHash());
    return right ? new Verdict.Proven(List.of(isPin() ? "pin" : "pwd")) : new Verdict.Wrong();
  }
}
