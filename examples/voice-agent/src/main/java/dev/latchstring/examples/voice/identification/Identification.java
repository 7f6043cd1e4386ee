package dev.latchstring.examples.voice.identification;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Phrases;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One caller's login. It has a key of its own, and the session and the tokens are bound to it.
 *
 * <p>A step with several properties is asked property by property, for nobody says a name and a
 * date in one breath such that a machine could tell them apart. What was said goes to the server as
 * it was heard. Not safe for use by many threads.
 */
public final class Identification implements AutoCloseable {
  /** The longest that a caller is kept waiting for a server that is busy. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How often an approval is asked after before the agent gives up. */
  static final int MAX_WAITS = 24;

  /** What can be answered by voice or keypad. */
  private static final Set<StepKind> SPOKEN =
      Set.of(StepKind.IDENTIFY, StepKind.KNOWLEDGE, StepKind.PIN, StepKind.OTP, StepKind.TOTP);

  private final ChallengeClient challenges;
  private final URI resource;
  private final Scope scope;
  private final Map<String, String> answers = new LinkedHashMap<>();
  private Language language = Language.EN;
  private @Nullable ChallengeTurn turn;
  private ChallengeTurn.@Nullable Done done;
  private int waits;

  /**
   * @param resource the MCP server that the token is for
   * @param scope what is asked for at first
   */
  public Identification(ChallengeClient challenges, URI resource, Scope scope) {
    this.challenges = challenges;
    this.resource = resource;
    this.scope = scope;
  }

  /** The caller's token; empty as long as it is not known who calls. */
  public Optional<AccessToken> token() {
    return Optional.ofNullable(done).map(ChallengeTurn.Done::token);
  }

  /** Begins, in the caller's language. */
  public Outcome begin(Language language) {
    this.language = language;
    ChallengeRequest request =
        ChallengeRequest.of(resource, scope).withUiLocales(List.of(language.tag()));
    return next(challenges.begin(request)) instanceof Outcome.Ask ask
        ? ask.after(Phrases.say(language, "confirm_identity"))
        : outcome();
  }

  /** RFC 9470. Asks for what a tool's refusal names and the caller has not proven yet. */
  public Outcome stepUp(List<Challenge> refusal) {
    if (done == null) {
      throw new IllegalStateException("a step-up continues from a login");
    }
    return next(challenges.stepUp(done, refusal)) instanceof Outcome.Ask ask
        ? ask.after(Phrases.say(language, "more_proof"))
        : outcome();
  }

  /** What the caller said, keyed in, or waited for. */
  public Outcome heard(Heard heard) {
    return switch (turn) {
      case ChallengeTurn.Asked asked -> asked(asked, heard);
      case ChallengeTurn.Busy busy -> next(challenges.again(busy));
      case null, default -> outcome();
    };
  }

  private Outcome asked(ChallengeTurn.Asked asked, Heard heard) {
    Step step = asked.step();
    if (step.kind() == StepKind.APPROVAL) {
      return ++waits > MAX_WAITS
          ? Outcome.GivenUp.because("goodbye_denied")
          : next(challenges.answer(asked, Answer.goOn()));
    }
    Field field = step.fields().get(answers.size());
    switch (heard) {
      case Heard.Spoken spoken -> answers.put(field.name(), cut(spoken.words(), field));
      case Heard.Keyed keyed when keyed.keys().contains("*") -> {
        // Nothing of this step was sent yet, so it can be asked from its beginning.
        answers.clear();
        return ask(step);
      }
      case Heard.Keyed keyed -> answers.put(field.name(), cut(keyed.keys(), field));
      case Heard.Nothing nothing -> {
        return ask(step);
      }
      case Heard.PickedUp pickedUp -> {
        return ask(step);
      }
    }
    if (answers.size() < step.fields().size()) {
      return ask(step);
    }
    Answer answer = Answer.values(answers);
    answers.clear();
    return next(challenges.answer(asked, answer));
  }

  private static String cut(String text, Field field) {
    return text.length() > field.maxLength() ? text.substring(0, field.maxLength()) : text;
  }

  private Outcome next(ChallengeTurn next) {
    turn = next;
    answers.clear();
    if (next instanceof ChallengeTurn.Done known) {
      done = known;
    }
    return outcome();
  }

  private Outcome outcome() {
    return switch (turn) {
      case null -> throw new IllegalStateException("nothing was begun");
      case ChallengeTurn.Done known -> new Outcome.Known();
      case ChallengeTurn.Asked asked -> askable(asked);
      case ChallengeTurn.Busy busy when busy.retryAfter().compareTo(PATIENCE) <= 0 ->
          wait(busy.retryAfter(), Phrases.say(language, "one_moment"));
      case ChallengeTurn.Busy busy -> later(busy.retryAfter());
      case ChallengeTurn.ToWeb web -> Outcome.GivenUp.because("goodbye_web");
      case ChallengeTurn.Ended ended ->
          Outcome.GivenUp.because(
              switch (ended.ending()) {
                case DENIED, ABANDONED, UNMET -> "goodbye_denied";
                case SESSION_LOST, LOGIN_REQUIRED, CLIENT_REFUSED, REFUSED -> "goodbye_trouble";
              });
    };
  }

  private static Outcome later(Duration time) {
    long minutes = (time.toSeconds() + 59) / 60;
    return minutes <= 1
        ? Outcome.GivenUp.because("goodbye_busy_minute")
        : Outcome.GivenUp.because("goodbye_busy", Long.toString(minutes));
  }

  /** The step, or where a telephone cannot answer it, an alternative that it can. */
  private Outcome askable(ChallengeTurn.Asked asked) {
    Step step = asked.step();
    if (step.kind() == StepKind.APPROVAL) {
      return approval(step);
    }
    if (SPOKEN.contains(step.kind()) && isAnswerable(step)) {
      return ask(step);
    }
    return step.alternatives().stream()
        .filter(each -> SPOKEN.contains(each.kind()) || each.kind() == StepKind.APPROVAL)
        .findFirst()
        .filter(each -> ++waits <= MAX_WAITS)
        .map(each -> next(challenges.answer(asked, Answer.switchTo(each.id()))))
        .orElseGet(() -> Outcome.GivenUp.because("goodbye_web"));
  }

  private static boolean isAnswerable(Step step) {
    return !step.fields().isEmpty()
        && step.fields().stream()
            .allMatch(field -> field.type() == Field.Type.STRING && field.choices().isEmpty());
  }

  private Outcome ask(Step step) {
    List<Said> said = new ArrayList<>();
    Language spoken = Language.of(step.lang()).orElse(language);
    if (answers.isEmpty()) {
      said.add(new Said(step.prompt(), step.ssml(), spoken, false));
    }
    Field field = step.fields().get(answers.size());
    if (step.fields().size() > 1) {
      String phrase = field.dtmf() == null ? "field" : "field_keys";
      said.add(Phrases.say(language, phrase, field.title()));
    }
    int keys = field.dtmf() == null ? 0 : field.dtmf().length();
    return new Outcome.Ask(new Turn(said, new Turn.Listen(language, true, keys)));
  }

  private Outcome approval(Step step) {
    Duration interval = step.interval() == null ? PATIENCE : step.interval();
    return wait(
        interval,
        waits == 0
            ? Phrases.whisper(language, "approve", String.valueOf(step.number()))
            : Phrases.say(language, "approve_waiting"));
  }

  private static Outcome wait(Duration time, Said said) {
    return new Outcome.Ask(new Turn(List.of(said), new Turn.Pause(time)));
  }

  /** Forgets everything, and has the tokens revoked. */
  @Override
  public void close() {
    answers.clear();
    ChallengeTurn.Done last = done;
    turn = null;
    done = null;
    if (last != null) {
      challenges.revoke(last);
    }
  }

  /** Without anything of it. */
  @Override
  public String toString() {
    return "Identification[" + (done == null ? "unknown" : "known") + "]";
  }
}
