package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.authorize.AuthorizationRequest;
import dev.latchstring.authorizationserver.challenge.Login.Turn;
import dev.latchstring.authorizationserver.challenge.people.PeopleSource;
import dev.latchstring.authorizationserver.challenge.people.Person;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a login needs next. It keeps nothing. */
final class Conversation {
  private static final int MAX_LOCALES = 8;

  private final Contexts contexts;
  private final PeopleSource people;
  private final int attempts;
  private final Clock clock;

  /**
   * @param attempts how many wrong answers end a session
   */
  Conversation(Contexts contexts, PeopleSource people, int attempts, Clock clock) {
    this.contexts = contexts;
    this.people = people;
    this.attempts = attempts;
    this.clock = clock;
  }

  Contexts contexts() {
    return contexts;
  }

  PeopleSource people() {
    return people;
  }

  Instant now() {
    return clock.instant();
  }

  /** What a login needs next. */
  sealed interface Need {
    /**
     * The person has to be asked.
     *
     * @param login with the step that is asked
     * @param afterwards what is done once that is kept, or null
     */
    record Answer(Login login, @Nullable Runnable afterwards) implements Need {}

    /**
     * Nothing.
     *
     * @param request what is granted
     * @param login without it
     */
    record Nothing(AuthorizationRequest request, Login login, Contexts.Evidence evidence)
        implements Need {}

    /** What cannot be answered here: a browser. */
    record Browser() implements Need {}
  }

  /**
   * @param session the name of the session
   * @param address the network address of the request
   */
  Need next(String session, Login login, String address) {
    AuthorizationRequest request = Objects.requireNonNull(login.request());
    AuthenticationContext context = contexts.find(request.acr()).orElse(null);
    if (context == null) {
      return new Need.Browser();
    }
    Optional<List<String>> missing = contexts.missing(context, login);
    if (missing.isEmpty()) {
      return new Need.Nothing(request, login.finished(), contexts.evidence(context, login));
    }
    return missing.get().isEmpty()
        ? new Need.Browser()
        : ask(session, login, missing.get().getFirst(), null, address);
  }

  /** Whether anything is missing, without asking for it. */
  boolean asksSomething(Login login) {
    AuthorizationRequest request = Objects.requireNonNull(login.request());
    return contexts
        .find(request.acr())
        .flatMap(context -> contexts.missing(context, login))
        .isPresent();
  }

  /** Asks a step, for the first time or anew. */
  Need.Answer ask(String session, Login login, String id, @Nullable Reason reason, String address) {
    Step.Begun begun = contexts.step(id).begin(asking(session, login.asked(null), address));
    return new Need.Answer(login.asked(new Turn(id, begun.kept(), reason)), begun.afterwards());
  }

  /** The steps that can be answered in the place of the one that is asked. */
  List<String> alternatives(Login login) {
    AuthorizationRequest request = login.request();
    Turn turn = login.turn();
    List<String> others = new ArrayList<>();
    if (request != null && turn != null) {
      contexts
          .find(request.acr())
          .flatMap(context -> contexts.missing(context, login))
          .ifPresent(others::addAll);
      others.remove(turn.step());
    }
    return others;
  }

  /** Whether an identifying step can be asked again: as long as nothing was proven since. */
  boolean canGoBack(Login login, String id) {
    AuthorizationRequest request = login.request();
    return request != null
        && login.person() != null
        && login.proofs().isEmpty()
        && contexts
            .find(request.acr())
            .filter(context -> context.slots().stream().anyMatch(slot -> slot.contains(id)))
            .isPresent()
        && contexts.step(id).identifies();
  }

  /** Whom the present step asks, and for what. */
  Asking asking(String session, Login login) {
    return asking(session, login, "");
  }

  private Asking asking(String session, Login login, String address) {
    AuthorizationRequest request = Objects.requireNonNull(login.request());
    Turn turn = login.turn();
    String key = login.person();
    Person person = key == null ? null : people.find(key);
    return new Asking(
        person,
        locales(login.locales()),
        request.clientId(),
        request.resource(),
        request.scopes(),
        request.keyThumbprint(),
        address,
        clock.instant(),
        turn == null ? null : turn.kept(),
        turn == null ? null : turn.reason(),
        attemptsLeft(login),
        text -> ChallengeRequest.hmac(session, text));
  }

  int attemptsLeft(Login login) {
    return Math.max(0, attempts - login.wrong());
  }

  boolean isOver(Login login) {
    return login.wrong() >= attempts;
  }

  private static List<Locale> locales(@Nullable String tags) {
    return tags == null
        ? List.of()
        : Arrays.stream(tags.split(" ", MAX_LOCALES + 1))
            .limit(MAX_LOCALES)
            .map(Locale::forLanguageTag)
            .filter(locale -> !locale.getLanguage().isEmpty())
            .toList();
  }
}
