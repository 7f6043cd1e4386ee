package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.authorizationserver.credential.TotpCodes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code totp}: what the person's authenticator app shows (RFC 6238; RFC 8176 §2, {@code otp}). */
final class TotpStep implements Step {
  private static final List<String> AMR = List.of("otp");

  private final TotpCodes codes;

  TotpStep(TotpCodes codes) {
    this.codes = codes;
  }

  @Override
  public String kind() {
    return StepKind.TOTP.wireName();
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    Prompt prompt =
        switch (asking.reason()) {
          case NO_MATCH -> prompts.didNotMatch(asking.attemptsLeft(), prompts.totp());
          case NOT_UNDERSTOOD -> prompts.notUnderstood(List.of(SpokenCode.asked()));
          case null, default -> prompts.totp();
        };
    return new Question(prompt, SpokenCode.fields(prompts));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    return SpokenCode.refuse(asking, answer);
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    String code = SpokenCode.read(asking, answer).orElse("");
    return codes.verify(asking.somebody().subject().orElse(null), code)
        ? new Verdict.Proven(AMR)
        : new Verdict.Wrong();
  }
}
