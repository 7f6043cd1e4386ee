package dev.latchstring.examples.mediator;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One login by challenge, that a tool call began and a form or a page answers. It outlives the
 * call.
 *
 * <pre>
 * begin ─► asks a step ─► answer ─► asks … ─► SignedIn
 *              │                      └─────► Failed (refused, given up, too late)
 *              └─► waits (the server is busy) ─► asks
 * </pre>
 *
 * <p>One answer is checked at a time. Nothing of an answer is kept.
 */
final class Login {
  /** How long a person has for all of it. */
  static final Duration LIFE = Duration.ofMinutes(10);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofSeconds(5);

  /** How it ended. */
  sealed interface Outcome {
    record SignedIn() implements Outcome {}

    /**
     * @param why for the person, the host and the model alike: no secrets
     */
    record Failed(String why) implements Outcome {}
  }

  private final ChallengeClient client;
  private final Holder holder;
  private final InstantSource clock;
  private final Instant endsAt;
  private final Predicate<ChallengeTurn.Done> keep;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean beingAsked = new AtomicBoolean();
  private @Nullable ChallengeTurn turn;
  private volatile @Nullable Outcome outcome;
  private Instant notBefore = Instant.MIN;

  /**
   * @param keep takes the tokens, once; false where nobody wants them any more
   */
  Login(
      ChallengeClient client,
      Holder holder,
      InstantSource clock,
      Predicate<ChallengeTurn.Done> keep) {
    this.client = client;
    this.holder = holder;
    this.clock = clock;
    this.endsAt = clock.instant().plus(LIFE);
    this.keep = keep;
  }

  Holder holder() {
    return holder;
  }

  /** Takes the first turn. */
  synchronized void begin(Supplier<ChallengeTurn> first) {
    take(first);
  }

  /** Whether this caller alone may now ask the host; {@link #stopsAsking} gives it back. */
  boolean startsAsking() {
    return beingAsked.compareAndSet(false, true);
  }

  void stopsAsking() {
    beingAsked.set(false);
  }

  /** Whether nothing can come of it any more. Waits for nobody. */
  boolean isOver() {
    return outcome != null || !clock.instant().isBefore(endsAt);
  }

  synchronized Optional<Outcome> outcome() {
    if (outcome == null && !clock.instant().isBefore(endsAt)) {
      end("the sign-in took too long; call the tool again to start a new one");
    }
    return Optional.ofNullable(outcome);
  }

  /** The step to be asked now; empty where it ended or the server is busy. */
  synchronized Optional<Step> step() {
    if (outcome().isEmpty() && turn instanceof ChallengeTurn.Busy busy && isDue()) {
      take(() -> client.again(busy));
    }
    return outcome == null && turn instanceof ChallengeTurn.Asked asked
        ? Optional.of(asked.step())
        : Optional.empty();
  }

  /** Answers a step, unless another is asked by now. */
  synchronized void answer(String stepId, Answer answer) {
    if (outcome().isEmpty()
        && turn instanceof ChallengeTurn.Asked asked
        && asked.step().id().equals(stepId)) {
      take(() -> client.answer(asked, answer));
    }
  }

  /** Asks whether the person has approved, not more often than the server likes. */
  synchronized void poll() {
    if (outcome().isEmpty()
        && turn instanceof ChallengeTurn.Asked asked
        && asked.step().kind() == StepKind.APPROVAL
        && isDue()) {
      take(() -> client.answer(asked, Answer.goOn()));
    }
  }

  private boolean isDue() {
    return !clock.instant().isBefore(notBefore);
  }

  /** The person wants no more of it. */
  synchronized void abandon(String why) {
    if (outcome().isEmpty()) {
      end(why);
    }
  }

  /** Waits until it ended; empty where it did not in that time. */
  Optional<Outcome> await(Duration patience) throws InterruptedException {
    var unused = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    return outcome();
  }

  private void take(Supplier<ChallengeTurn> next) {
    try {
      turn = next.get();
    } catch (ClientException e) {
      if (e.problem() == Problem.NETWORK && turn != null) {
        // The turn is still good: the person answers again.
        return;
      }
      end("the sign-in failed: " + e.description());
      return;
    }
    switch (turn) {
      case ChallengeTurn.Asked asked -> notBefore = clock.instant().plus(interval(asked.step()));
      case ChallengeTurn.Busy busy -> {
        notBefore = clock.instant().plus(busy.retryAfter());
        if (busy.retryAfter().compareTo(LONGEST_WAIT) > 0) {
          end(
              "the service takes no answers for now, after wrong ones; try again in "
                  + busy.retryAfter().toSeconds()
                  + " seconds");
        }
      }
      case ChallengeTurn.Done done -> done(done);
      case ChallengeTurn.ToWeb web ->
          end("the service wants this sign-in done in a browser, at its own page; sign in there");
      case ChallengeTurn.Ended over -> end(why(over.ending()));
    }
  }

  private void done(ChallengeTurn.Done done) {
    if (!Proven.by(done).isAdmittedBy(holder)) {
      var unused = client.revoke(done);
      end("somebody else signed in than the person who calls this server; nothing was kept of it");
    } else if (keep.test(done)) {
      settle(new Outcome.SignedIn());
    } else {
      var unused = client.revoke(done);
      end("the session ended");
    }
  }

  private static Duration interval(Step step) {
    Duration told = step.interval();
    return told == null || !told.isPositive() ? POLL : told;
  }

  private static String why(ChallengeTurn.Ending ending) {
    return switch (ending) {
      case DENIED ->
          "the sign-in was refused: too many wrong answers, or a no where it had to be approved";
      case ABANDONED -> "the sign-in was given up";
      case SESSION_LOST -> "the sign-in took too long; call the tool again to start a new one";
      case UNMET -> "the service has no way to sign in that is strong enough for this";
      case LOGIN_REQUIRED -> "the sign-in is over; call the tool again to start a new one";
      case CLIENT_REFUSED, REFUSED ->
          "the service refuses sign-ins through this server; tell its operator";
    };
  }

  private void end(String why) {
    settle(new Outcome.Failed(why));
  }

  private void settle(Outcome how) {
    outcome = how;
    turn = null;
    ended.countDown();
  }
}
