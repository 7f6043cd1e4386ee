package dev.latchstring.authorizationserver.challenge.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.challenge.Asking;
import dev.latchstring.authorizationserver.challenge.Question;
import dev.latchstring.authorizationserver.challenge.Step;
import dev.latchstring.authorizationserver.challenge.TooOften;
import dev.latchstring.authorizationserver.challenge.Verdict;
import dev.latchstring.authorizationserver.challenge.people.Person;
import dev.latchstring.authorizationserver.challenge.prompt.Prompt;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.delivery.CodeDelivery;
import dev.latchstring.authorizationserver.delivery.Masked;
import dev.latchstring.authorizationserver.delivery.Message;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code otp}: a code that is sent on a channel on file (RFC 8176 §2). It is good for {@link
 * #VALIDITY} and for the session that asked for it, once.
 *
 * <p>To somebody nobody knows, and to somebody of whom no such channel is on file, a code goes the
 * same way and ends nowhere.
 */
final class OtpStep implements Step {
  /** How long a code is good. */
  static final Duration VALIDITY = Duration.ofMinutes(5);

  private static final List<String> AMR = List.of("otp");

  /** Well-formed, and nobody's (RFC 2606 §3, and a number kept for fiction). */
  private static final Map<Channel, String> NOBODY =
      Map.of(
          Channel.SMS, "+15550100000",
          Channel.VOICE, "+15550100000",
          Channel.EMAIL, "nobody@example.invalid");

  private final Channel channel;
  private final CodeDelivery delivery;
  private final AttemptStore attempts;
  private final UnaryOperator<String> clientNames;
  private final SecureRandom random;

  /**
   * @param clientNames what a client is called, by its identifier
   */
  OtpStep(
      Channel channel,
      CodeDelivery delivery,
      AttemptStore attempts,
      UnaryOperator<String> clientNames,
      SecureRandom random) {
    this.channel = channel;
    this.delivery = delivery;
    this.attempts = attempts;
    this.clientNames = clientNames;
    this.random = random;
  }

  @Override
  public String kind() {
    return StepKind.OTP.wireName();
  }

  @Override
  public Begun begin(Asking asking) {
    // Later the answer before would be taken already, and who repeats it would wait for a code.
    delivery.requireRoom();
    Person person = asking.somebody();
    requireFew(asking, person);
    Optional<String> address = person.address(channel);
    String code = "%06d".formatted(random.nextInt(1_000_000));
    Message message =
        new Message(
            channel,
            address.orElse(NOBODY.getOrDefault(channel, "")),
            code,
            Prompts.of(asking.locales()).locale(),
            VALIDITY,
            clientNames.apply(asking.clientId()),
            Secrets.newToken(random).substring(0, 22));
    ObjectNode kept = Json.mapper().createObjectNode();
    kept.put("code", asking.hmac().apply(code));
    kept.put("until", asking.now().plus(VALIDITY).toEpochMilli());
    kept.put(
        "destination",
        address
            .map(destination -> Masked.destination(channel, destination))
            .orElseGet(() -> Masked.decoy(channel, person.decoySeed())));
    return new Begun(
        kept,
        address.isPresent() && person.subject().isPresent()
            ? () -> delivery.send(message)
            : () -> delivery.sendNowhere(message));
  }

  /** Counted for people and decoys alike, before anything is sent. */
  private void requireFew(Asking asking, Person person) {
    List<AttemptKey> keys = List.of(sentTo(person), sentBy(asking, person));
    if (attempts.admit(keys) instanceof AttemptStore.Admission.Delayed delayed) {
      throw new TooOften(delayed.delay());
    }
  }

  private AttemptKey sentTo(Person person) {
    return new AttemptKey(AttemptKey.Kind.CODE_PERSON, channel.wireName() + "\n" + person.key());
  }

  /** A sixteenth of what a client sends, so that callers do not wait for one row. */
  private static AttemptKey sentBy(Asking asking, Person person) {
    return new AttemptKey(
        AttemptKey.Kind.CODE_CLIENT, asking.clientId() + "\n" + (person.decoySeed()[0] & 0xF));
  }

  @Override
  public Question question(Asking asking) {
    Prompts prompts = Prompts.of(asking.locales());
    String destination = asking.remembered().path("destination").asString("");
    Prompt question = prompts.otp(channel, destination);
    Prompt prompt =
        switch (asking.reason()) {
          case NO_MATCH -> prompts.didNotMatch(asking.attemptsLeft(), question);
          case NOT_UNDERSTOOD -> prompts.notUnderstood(List.of(SpokenCode.asked()));
          case SENT -> prompts.sentAgain(channel, destination);
          case null, default -> question;
        };
    return new Question(
        prompt,
        SpokenCode.fields(prompts),
        Map.of("destination", destination, "channel", channel.wireName()));
  }

  @Override
  public @Nullable Verdict refuse(Asking asking, JsonNode answer) {
    return SpokenCode.refuse(asking, answer);
  }

  @Override
  public Verdict check(Asking asking, JsonNode answer) {
    String answered = asking.hmac().apply(SpokenCode.read(asking, answer).orElse(""));
    String sent = asking.remembered().path("code").asString("");
    boolean inTime = asking.now().toEpochMilli() < asking.remembered().path("until").asLong(0);
    boolean right = Secrets.equal(answered.getBytes(UTF_8), sent.getBytes(UTF_8));
    Person person = asking.somebody();
    if (!right || !inTime || person.subject().isEmpty()) {
      return new Verdict.Wrong();
    }
    attempts.succeeded(List.of(sentBy(asking, person)));
    return new Verdict.Proven(AMR);
  }
}
