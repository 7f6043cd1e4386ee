package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One part in a login that waits. Every part does the same: it waits for the next poll, and whoever
 * comes first does it, under the login's lock, and says in the store when the one after is due. So
 * the server sees one client that keeps its interval, and where a part dies the others go on.
 *
 * <p>Used by one thread, but {@link #confirm} and {@link #end}, which any may call.
 */
public final class PendingLogin {
  private static final Logger LOG = LoggerFactory.getLogger(PendingLogin.class);

  private final Slot.PendingSlot slot;
  private final TokenStore store;
  private final InstantSource clock;
  private final boolean starter;
  private StoredPending last;

  PendingLogin(
      Slot.PendingSlot slot,
      TokenStore store,
      InstantSource clock,
      StoredPending login,
      boolean starter) {
    this.slot = slot;
    this.store = store;
    this.clock = clock;
    this.last = login;
    this.starter = starter;
  }

  /** What is to be done. */
  public sealed interface Turn {
    /** Nothing, for this time. */
    record Wait(Duration time) implements Turn {}

    /** To ask the person here who approved, unless that is known. */
    record Answered(StoredPending login) implements Turn {}

    /** Nothing more. */
    record Over(StoredPending.End how) implements Turn {}
  }

  /** What a poll brought. */
  public sealed interface Poll {
    /** Nothing yet: the times between polls from now on, and to the next. */
    record Waits(Duration interval, Duration next) implements Poll {}

    /** The token endpoint's message, as JSON; a secret. */
    record Answered(String message) implements Poll {
      /** Without the tokens. */
      @Override
      public String toString() {
        return "Answered[]";
      }
    }

    /** The end. */
    record Over(StoredPending.End how) implements Poll {}
  }

  /** The login as this part saw it last. */
  public StoredPending present() {
    return last;
  }

  /** Whether this part started the login, rather than joined it. */
  public boolean isStarter() {
    return starter;
  }

  /**
   * Polls if it is time and nobody else did.
   *
   * @param poll asks the token endpoint; what it throws is thrown, and changes nothing
   */
  public Turn turn(Function<StoredPending, Poll> poll) {
    try {
      Turn seen = look();
      return seen instanceof Turn.Wait(Duration time) && time.isZero()
          ? store.exclusively(slot, () -> pollUnlessDone(poll))
          : seen;
    } catch (ClientException e) {
      if (e.problem() != Problem.STORE_UNAVAILABLE || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      // Polling without the lock could redeem the code twice, which revokes its tokens.
      LOG.info("the login waits for the store: {}", e.description());
      return new Turn.Wait(Duration.ofMillis(last.interval()));
    }
  }

  private Turn pollUnlessDone(Function<StoredPending, Poll> poll) {
    Turn seen = look();
    if (!(seen instanceof Turn.Wait(Duration time)) || !time.isZero()) {
      return seen;
    }
    StoredPending login = last;
    Poll polled = poll.apply(login);
    long now = clock.millis();
    return switch (polled) {
      case Poll.Answered(String message) -> {
        keep(login.answered(message, now));
        yield new Turn.Answered(last);
      }
      case Poll.Over(StoredPending.End how) -> over(how);
      case Poll.Waits(Duration interval, Duration next) -> {
        if (now >= login.expiresAt()) {
          yield over(StoredPending.End.EXPIRED);
        }
        keep(login.polledAt(now, interval.toMillis(), next.toMillis()));
        yield look();
      }
    };
  }

  private Turn over(StoredPending.End how) {
    StoredPending login = mine();
    finish(login == null ? last : login, how);
    return new Turn.Over(how);
  }

  /** Where the login stands; a wait of nothing where a poll is due. */
  private Turn look() {
    StoredPending login = store.find(slot).orElse(null);
    if (login == null || !login.flow().equals(last.flow())) {
      return new Turn.Over(StoredPending.End.GIVEN_UP);
    }
    if (login.end() != null) {
      return new Turn.Over(login.end());
    }
    // A poll that could not be noted is known here alone.
    last = login.answer() == null && last.nextPollAt() > login.nextPollAt() ? last : login;
    if (last.answer() != null) {
      return new Turn.Answered(last);
    }
    long left = Math.min(last.nextPollAt(), last.expiresAt()) - clock.millis();
    // A clock that was set back must not stop a login.
    long most = Math.max(last.interval(), last.pause());
    return new Turn.Wait(Duration.ofMillis(Math.clamp(left, 0, most)));
  }

  private void keep(StoredPending next) {
    StoredPending before = last;
    last = next;
    try {
      StoredPending present = store.find(slot).orElse(before);
      store.put(slot, present.joined() && !next.joined() ? next.withCompany() : next);
    } catch (ClientException e) {
      LOG.info("a poll of the login could not be noted: {}", e.description());
    }
  }

  /**
   * Stores what the login brought and ends it, unless another part did so already.
   *
   * @param keep stores the tokens; what it throws is thrown, and the login goes on
   * @throws ClientException {@link Problem#LOGIN_REQUIRED} where the login was given up meanwhile:
   *     its tokens are revoked
   */
  public void confirm(Runnable keep) {
    boolean kept = store.exclusively(slot, () -> confirmUnlessOver(keep));
    LOG.debug("the login to {} was {}", slot.server(), kept ? "stored" : "stored before");
  }

  private boolean confirmUnlessOver(Runnable keep) {
    StoredPending login = mine();
    if (login != null && login.end() == StoredPending.End.CONFIRMED) {
      return false;
    }
    if (login == null || login.end() != null) {
      throw new ClientException(
          Problem.LOGIN_REQUIRED,
          "the login to " + slot.server() + " was given up meanwhile",
          "log in again");
    }
    keep.run();
    finish(login, StoredPending.End.CONFIRMED);
    return true;
  }

  /**
   * Ends the login for every part of it, and says whether it did: false where it ended before.
   * Never throws; where the store fails, nobody else is told.
   */
  public boolean end(StoredPending.End how) {
    try {
      return store.exclusively(slot, () -> endUnlessOver(how));
    } catch (ClientException e) {
      LOG.info("the end of the login could not be noted: {}", e.description());
      return true;
    }
  }

  private boolean endUnlessOver(StoredPending.End how) {
    StoredPending login = mine();
    if (login == null || login.end() != null) {
      return false;
    }
    finish(login, how);
    return true;
  }

  private @Nullable StoredPending mine() {
    return store.find(slot).filter(login -> login.flow().equals(last.flow())).orElse(null);
  }

  /** Leaves word for the other parts, where there are any; the secrets go in any case. */
  private void finish(StoredPending login, StoredPending.End how) {
    if (login.joined()) {
      store.put(slot, login.over(how));
    } else {
      store.remove(slot);
    }
  }
}
