package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 8628. Logins that outlive the process that started them: whoever logs in to the same server
 * as the same account, for the same scopes and with the same client, joins the login that waits.
 *
 * <p>A login by a code that comes back to a loopback port (RFC 8252) cannot be here: its listener
 * ends with its process.
 */
public final class PendingLogins {
  private static final Logger LOG = LoggerFactory.getLogger(PendingLogins.class);

  /** How long tokens wait for the person here to say that it was them who approved. */
  static final Duration UNCONFIRMED = Duration.ofMinutes(10);

  private final TokenStore store;
  private final InstantSource clock;

  public PendingLogins(TokenStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Joins the login that waits there, or starts one: of many at once one does. Where the store
   * cannot be written, a login is started that lives in this process alone.
   *
   * @param start asks the server for a code; what it throws is thrown
   * @param discard revokes the tokens of a login that nobody confirmed in time
   */
  public PendingLogin join(
      Slot.PendingSlot slot, Supplier<StoredPending> start, Consumer<StoredPending> discard) {
    StoredPending[] started = {null};
    try {
      return store.exclusively(slot, () -> joinOrStart(slot, start, discard, started));
    } catch (ClientException e) {
      if (e.problem() != Problem.STORE_UNAVAILABLE) {
        throw e;
      }
      LOG.info("this login cannot be joined, for it cannot be stored: {}", e.description());
    }
    MemoryTokenStore alone = new MemoryTokenStore();
    StoredPending login = started[0] == null ? start.get() : started[0];
    alone.put(slot, login);
    return new PendingLogin(slot, alone, clock, login, true);
  }

  private PendingLogin joinOrStart(
      Slot.PendingSlot slot,
      Supplier<StoredPending> start,
      Consumer<StoredPending> discard,
      StoredPending[] started) {
    StoredPending present = readable(slot);
    if (present != null && isAlive(present)) {
      StoredPending joined = present.joined() ? present : present.withCompany();
      store.put(slot, joined);
      return new PendingLogin(slot, store, clock, joined, false);
    }
    if (present != null && present.answer() != null) {
      discard.accept(present);
    }
    StoredPending fresh = start.get();
    started[0] = fresh;
    store.put(slot, fresh);
    return new PendingLogin(slot, store, clock, fresh, true);
  }

  /** What cannot be read is no login to join; it is overwritten. */
  private @Nullable StoredPending readable(Slot.PendingSlot slot) {
    try {
      return store.find(slot).orElse(null);
    } catch (ClientException e) {
      if (e.problem() != Problem.STORE_DAMAGED) {
        throw e;
      }
      return null;
    }
  }

  private boolean isAlive(StoredPending login) {
    long now = clock.millis();
    if (login.end() != null) {
      return false;
    }
    return login.answer() == null
        ? now < login.expiresAt()
        : now < login.answeredAt() + UNCONFIRMED.toMillis();
  }

  /** The logins that wait for a person now, of all servers and accounts. */
  public List<StoredPending> waiting() {
    return all().stream().filter(this::isAlive).toList();
  }

  /**
   * Forgets every login of an account that waits, and what is left of those that ended.
   *
   * @param discard revokes the tokens of a login that was approved and not confirmed
   */
  public void forget(Slot.LoginSlot account, Consumer<StoredPending> discard) {
    for (StoredPending login : all()) {
      if (login.account().equals(account.account())
          && login.slot().server().equals(account.server())) {
        store.exclusively(login.slot(), () -> forget(login, discard));
      }
    }
  }

  private boolean forget(StoredPending login, Consumer<StoredPending> discard) {
    if (login.answer() != null && login.end() == null) {
      discard.accept(login);
    }
    return store.remove(login.slot());
  }

  /** Removes what is left of logins that ended: nobody takes part in them any more. */
  public void tidy() {
    for (StoredPending login : all()) {
      // An answer is kept for whoever logs in next, who revokes it.
      if (login.answer() == null && login.expiresAt() <= clock.millis()) {
        boolean removed = store.replace(login.slot(), login, null);
        LOG.debug("what was left of a login to {} is removed: {}", login.server(), removed);
      }
    }
  }

  private List<StoredPending> all() {
    List<StoredPending> all = new ArrayList<>();
    for (TokenStore.Listed listed : store.list()) {
      if (listed instanceof TokenStore.Listed.Entry(StoredPending login)) {
        all.add(login);
      }
    }
    return all;
  }
}
