package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.AttemptStore.Admission;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore.Held;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Lets one request of a session through at a time.
 *
 * <p>An answer is counted as wrong when it is let through, and not when it was found to be: so many
 * at the same moment, or a server that is killed while it checks, give nobody an answer more.
 */
final class Turnstile {
  /** How often a session may be sent something malformed. */
  private static final int MALFORMED = 20;

  private final Database database;
  private final AuthSessionStore sessions;
  private final AttemptStore attempts;
  private final Clock clock;

  Turnstile(Database database, AuthSessionStore sessions, AttemptStore attempts, Clock clock) {
    this.database = database;
    this.sessions = sessions;
    this.attempts = attempts;
    this.clock = clock;
  }

  /** Whether a request is let through. */
  sealed interface Passage {
    /**
     * It is; nobody else is until it is over.
     *
     * @param held the session, with the answer counted as wrong
     */
    record Through(Held held) implements Passage {}

    /** It is the last one once more. */
    record Repeated(Held held) implements Passage {}

    /** Too many answers were wrong; nothing was counted. */
    record Delayed(Duration delay) implements Passage {}
  }

  /**
   * What an answer costs.
   *
   * @param login with the answer counted as wrong
   * @param keys against whom it is counted
   */
  record Cost(Login login, List<AttemptKey> keys) {
    static Cost none(Login login) {
      return new Cost(login, List.of());
    }
  }

  /**
   * Lets a request through that was looked at as one of the session as it was seen: by a step that
   * was asked then, about a person who was named then.
   *
   * @throws OAuthException {@code temporarily_unavailable} where another request has changed that
   *     meanwhile
   */
  Passage enter(ChallengeRequest request, Held seen, byte[] mac, Function<Held, Cost> cost) {
    return enter(
        request,
        mac,
        held -> {
          if (!held.login().isWhere(seen.login())) {
            throw busy();
          }
          return cost.apply(held);
        });
  }

  /**
   * @param mac of the request
   * @throws OAuthException {@code invalid_session}; {@code temporarily_unavailable} while another
   *     request of the session is being answered
   */
  Passage enter(ChallengeRequest request, byte[] mac, Function<Held, Cost> cost) {
    return database.write(handle -> {
      Instant now = clock.instant();
      Held held = sessions.lock(handle, request.session()).orElseThrow(ChallengeRequest::noSession);
      request.requireOwn(held);
      if (held.repeats(mac, now)) {
        return new Passage.Repeated(held);
      }
      if (held.replaced()) {
        throw ChallengeRequest.noSession();
      }
      if (held.isBeingChecked(now)) {
        throw busy();
      }
      return pass(handle, held, cost.apply(held));
    });
  }

  private static OAuthException busy() {
    return new OAuthException(
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        "another request of this auth_session is being answered; send one at a time");
  }

  private Passage pass(Handle transaction, Held held, Cost cost) {
    if (!cost.keys().isEmpty()
        && attempts.admit(transaction, cost.keys()) instanceof Admission.Delayed delayed) {
      return new Passage.Delayed(delayed.delay());
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    sessions.save(transaction, held, cost.login(), null, now, held.expiresAt());
    return new Passage.Through(held.checking(cost.login(), now));
  }

  /**
   * The session that was let through, to be changed in the same transaction.
   *
   * @throws OAuthException {@code invalid_session} where it took so long that another request was
   *     let through meanwhile
   */
  Held stillMine(Handle transaction, Held through) {
    return mine(transaction, through).orElseThrow(ChallengeRequest::noSession);
  }

  private Optional<Held> mine(Handle transaction, Held through) {
    return sessions
        .lock(transaction, through.name())
        .filter(now -> !now.replaced())
        .filter(now -> isSame(now.checkingSince(), through.checkingSince()));
  }

  private static boolean isSame(@Nullable Instant one, @Nullable Instant other) {
    return one != null && one.equals(other);
  }

  /**
   * Nothing came of a request that was let through: takes back what it cost. Where the session was
   * ended meanwhile, or is another request's, it changes nothing.
   */
  void leave(Held through, Login before, List<AttemptKey> keys) {
    database.write(handle -> {
      Optional<Held> mine = mine(handle, through);
      mine.ifPresent(held -> {
        attempts.withdraw(handle, keys);
        sessions.save(handle, held, before, null, null, held.expiresAt());
      });
      return true;
    });
  }

  /**
   * Counts something malformed.
   *
   * @return the refusal
   */
  OAuthException malformed(ChallengeRequest request, String why) {
    database.write(handle -> {
      Held held = sessions.lock(handle, request.session()).orElseThrow(ChallengeRequest::noSession);
      request.requireOwn(held);
      if (held.replaced() || held.isBeingChecked(clock.instant())) {
        return false;
      }
      Login login = held.login().counting(0, 0, 1, 0);
      if (login.malformed() > MALFORMED) {
        sessions.remove(handle, held.name());
      } else {
        sessions.save(handle, held, login, null, null, held.expiresAt());
      }
      return true;
    });
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}
