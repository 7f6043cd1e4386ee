package dev.latchstring.authorizationserver.challenge.step;

import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Question.Field;
import dev.latchstring.authorizationserver.challenge.Reason;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.people.Person;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.authorizationserver.credential.Passkeys;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code passkey}: WebAuthn, with the person verified. A challenge is asked once: after a wrong
 * answer there is another.
 */
final class PasskeyStep implements Step {
  private static final List<String> AMR = List.of("pop", "user");
  private static final String CREDENTIAL = "credential";
  private static final int MAX_LENGTH = 12_000;
  private static final int CHALLENGE = 32;

  private final Passkeys passkeys;
  private final SecureRandom random;

  PasskeyStep(Passkeys passkeys, SecureRandom random) {
    this.passkeys = passkeys;
    this.random = random;
  }

  @Override
  public String kind() {
    return StepKind.PASSKEY.wireName();
  }

  /** So that who has one gets in, however often others guessed. */
  @Override
  public boolean isGuessable() {
    return false;
  }

  @Override
  public boolean beginsAnew() {
    return true;
  }

  @Override
  public Begun begin(Asking asking) {
    byte[] challenge = new byte[CHALLENGE];
    random.nextBytes(challenge);
    return Begun.keeping(
        Json.mapper()
            .createObjectNode()
            .put("challenge", Base64.getUrlEncoder().withoutPadding().encodeToString(challenge)));
  }

  private static byte[] challenge(Asking asking) {
    return Base64.getUrlDecoder().decode(asking.remembered().path("challenge").asString(""));
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    Prompt prompt =
        asking.reason() == Reason.NO_MATCH
            ? prompts.didNotMatch(asking.attemptsLeft(), prompts.passkey())
            : prompts.passkey();
    Person person = asking.somebody();
    return new Question(
        prompt,
        fields(),
        Map.of(
            "publicKey",
            passkeys.options(
                person.subject().orElse(null), challenge(asking), person.decoySeed())));
  }

  private static List<Field> fields() {
    return List.of(new Field(CREDENTIAL, "Passkey", true, null, MAX_LENGTH));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    Verdict misfit = Answers.misfit(answer, fields());
    if (misfit != null) {
      return misfit;
    }
    JsonNode credential = credential(answer);
    return credential != null && Passkeys.isWellFormed(credential)
        ? null
        : new Verdict.Malformed(
            "credential is no AuthenticationResponseJSON (WebAuthn level 3, section 5.1)");
  }

  private static @Nullable JsonNode credential(JsonNode answer) {
    try {
      return Json.readTree(Answers.text(answer, CREDENTIAL));
    } catch (JsonException e) {
      return null;
    }
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    JsonNode credential = credential(answer);
    return credential != null
            && passkeys.verify(
                asking.somebody().subject().orElse(null), challenge(asking), credential)
        ? new Verdict.Proven(AMR)
        : new Verdict.Wrong();
  }
}
