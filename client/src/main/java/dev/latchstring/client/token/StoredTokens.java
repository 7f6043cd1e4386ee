package dev.latchstring.client.token;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginHint;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a stored login.
 *
 * <p>What was read is kept in memory for a second, so a logout in another process is noticed within
 * that time. A token is refreshed at 80 % of its life, and given out until 5 seconds before its
 * end.
 */
public final class StoredTokens implements TokenSource {
  private static final Logger LOG = LoggerFactory.getLogger(StoredTokens.class);
  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration LONGEST_PEACE = Duration.ofSeconds(60);
  private static final long MARGIN_SECONDS = 5;
  private static final long REJECTED_AGAIN_SECONDS = 60;

  private final Slot.LoginSlot slot;
  private final TokenStore store;
  private final Refresh refresh;
  private final Clock clock;
  private volatile @Nullable Read lastRead;
  private volatile Instant nextRefresh = Instant.MIN;
  private volatile Instant nextAsking = Instant.MIN;
  private final AtomicBoolean refreshing = new AtomicBoolean();

  /** What the last refresh failed with: whoever waited for it meanwhile fails with it, too. */
  private volatile @Nullable Failure lastFailure;

  /** Refreshed tokens that could not be written: the old ones on disk are spent. */
  private volatile @Nullable Unsaved unsaved;

  /**
   * @param until the server wants to be left alone
   */
  private record Failure(ClientException reason, Instant until) {}

  private record Read(StoredLogin login, Instant at) {}

  private record Unsaved(StoredLogin replaces, StoredLogin login) {}

  public StoredTokens(Slot.LoginSlot slot, TokenStore store, Refresh refresh, Clock clock) {
    this.slot = slot;
    this.store = store;
    this.refresh = refresh;
    this.clock = clock;
  }

  /** Reads the store again at the next request: this process has changed it. */
  public void forget() {
    nextAsking = Instant.MIN;
    nextRefresh = Instant.MIN;
    lastFailure = null;
    lastRead = null;
  }

  @Override
  public AccessToken token() {
    StoredLogin login = current();
    if (!isDue(login)) {
      return give(login);
    }
    if (login.refreshToken() == null) {
      if (isUsable(login)) {
        return give(login);
      }
      throw loginRequired("the login to " + slot.server() + " has expired");
    }
    if (isUsable(login) && clock.instant().isBefore(nextRefresh)) {
      return give(login);
    }
    if (!isUsable(login) && clock.instant().isBefore(nextAsking)) {
      throw personNeeded();
    }
    if (isUsable(login) && !refreshing.compareAndSet(false, true)) {
      return give(login); // ahead of time, one thread is enough
    }
    try {
      Failure before = lastFailure;
      return give(store.exclusively(slot, () -> refreshUnlessDone(login, before)));
    } catch (ClientException e) {
      if (e.problem() == Problem.LOGIN_REQUIRED || !isUsable(login)) {
        throw e;
      }
      LOG.warn(
          "refresh of the token for {} failed, it is tried again: {}",
          slot.server(),
          e.description());
      Duration asked = e.retryAfter();
      nextRefresh =
          clock.instant().plus(asked == null || asked.compareTo(RETRY) < 0 ? RETRY : asked);
      return give(login);
    } finally {
      refreshing.set(false);
    }
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    return give(store.exclusively(slot, () -> another(token)));
  }

  private StoredLogin another(AccessToken rejected) {
    StoredLogin login = reread();
    if (!rejected.value().equals(login.accessToken())) {
      return isDue(login) && login.refreshToken() != null ? renew(login, false) : login;
    }
    long age = clock.instant().getEpochSecond() - login.obtainedAt();
    if (login.afterRejection() && age < REJECTED_AGAIN_SECONDS) {
      throw loginRequired(slot.server() + " rejected a refreshed token too");
    }
    if (login.refreshToken() == null) {
      end(login);
      throw loginRequired(slot.server() + " no longer accepts the token");
    }
    return renew(login, true);
  }

  /** Runs under the lock: another thread or process may have been faster. */
  private StoredLogin refreshUnlessDone(StoredLogin seen, @Nullable Failure before) {
    StoredLogin login = reread();
    boolean done = !login.equals(seen) && !isDue(login);
    if (done || login.refreshToken() == null) {
      return login;
    }
    Failure failure = lastFailure;
    if (failure != null && (!failure.equals(before) || clock.instant().isBefore(failure.until()))) {
      throw failure.reason();
    }
    try {
      return renew(login, false);
    } catch (ClientException e) {
      lastFailure = failure(e);
      throw e;
    }
  }

  /** Nothing was decided, so that it is tried again: at once, unless the server asks for peace. */
  private @Nullable Failure failure(ClientException e) {
    if (e.problem() == Problem.LOGIN_REQUIRED || e.problem() == Problem.REAUTHENTICATION_REQUIRED) {
      return null;
    }
    Duration asked = e.retryAfter();
    Duration peace = asked == null || asked.compareTo(LONGEST_PEACE) < 0 ? asked : LONGEST_PEACE;
    return new Failure(e, peace == null ? Instant.MIN : clock.instant().plus(peace));
  }

  private StoredLogin renew(StoredLogin login, boolean becauseRejected) {
    return switch (refresh.of(login, becauseRejected)) {
      case Refresh.Result.Renewed(StoredLogin renewed, String idToken) -> save(login, renewed);
      case Refresh.Result.Ended(String why) -> {
        StoredLogin present = store.find(slot).orElse(null);
        if (present != null && present.accessToken() != null && !present.equals(login)) {
          yield present;
        }
        end(login);
        throw loginRequired("the login to " + slot.server() + " has ended: " + why);
      }
      case Refresh.Result.PersonNeeded(StoredLogin continued) -> {
        save(login, continued);
        nextAsking = clock.instant().plus(RETRY);
        throw personNeeded();
      }
    };
  }

  /** Compare and swap: where somebody else's newer login is there, it stays and is used. */
  private StoredLogin save(StoredLogin old, StoredLogin renewed) {
    try {
      Unsaved earlier = unsaved;
      StoredLogin onDisk =
          earlier != null && earlier.login().equals(old) ? earlier.replaces() : old;
      if (!store.replace(slot, onDisk, renewed)) {
        StoredLogin winner = store.find(slot).orElse(null);
        if (winner != null && winner.accessToken() != null) {
          return winner;
        }
      }
      unsaved = null;
    } catch (ClientException e) {
      LOG.warn(
          "the refreshed token for {} could not be stored and lives in this process alone: {}",
          slot.server(),
          e.description());
      unsaved = new Unsaved(old, renewed);
    }
    lastRead = new Read(renewed, clock.instant());
    return renewed;
  }

  private void end(StoredLogin login) {
    store.replace(slot, login, login.ended());
    lastRead = null;
  }

  private StoredLogin current() {
    Read read = lastRead;
    Instant now = clock.instant();
    if (read != null
        && !now.isBefore(read.at())
        && Duration.between(read.at(), now).compareTo(KEPT) < 0) {
      return read.login();
    }
    return reread();
  }

  private StoredLogin reread() {
    StoredLogin login = store.find(slot).orElse(null);
    Unsaved waiting = unsaved;
    if (waiting != null) {
      if (waiting.replaces().equals(login)) {
        return saveLate(waiting);
      }
      unsaved = null;
    }
    if (login == null || login.accessToken() == null) {
      lastRead = null;
      throw loginRequired(
          login == null
              ? "there is no login to " + slot.server()
              : "the login to " + slot.server() + " has ended");
    }
    lastRead = new Read(login, clock.instant());
    return login;
  }

  private StoredLogin saveLate(Unsaved waiting) {
    try {
      if (store.replace(slot, waiting.replaces(), waiting.login())) {
        unsaved = null;
      }
    } catch (ClientException e) {
      LOG.debug("the refreshed token still cannot be stored: {}", e.description());
    }
    lastRead = new Read(waiting.login(), clock.instant());
    return waiting.login();
  }

  /** Whether 80 % of the token's life are over. */
  private boolean isDue(StoredLogin login) {
    if (login.expiresAt() == 0) {
      return false;
    }
    long life = Math.max(0, login.expiresAt() - login.obtainedAt());
    return clock.instant().getEpochSecond() >= login.obtainedAt() + life * 4 / 5;
  }

  private boolean isUsable(StoredLogin login) {
    return login.expiresAt() == 0
        || clock.instant().getEpochSecond() < login.expiresAt() - MARGIN_SECONDS;
  }

  private ClientException loginRequired(String what) {
    return new ClientException(Problem.LOGIN_REQUIRED, what + account(), "run " + command(null));
  }

  private String account() {
    return slot.account().equals(Account.DEFAULT_NAME) ? "" : " as " + slot.account();
  }

  private String command(@Nullable FlowName flow) {
    return LoginHint.command(slot.server(), slot.account(), flow);
  }

  private ClientException personNeeded() {
    return new ClientException(
        Problem.REAUTHENTICATION_REQUIRED,
        "the login to "
            + slot.server()
            + account()
            + " is kept, but its authorization server wants to know again who is there",
        "run " + command(FlowName.CHALLENGE));
  }

  private AccessToken give(StoredLogin login) {
    return new AccessToken(
        String.valueOf(login.accessToken()),
        login.tokenType(),
        URI.create(login.resource()),
        Scope.parse(login.scope()),
        login.expiresAt() == 0 ? null : Instant.ofEpochSecond(login.expiresAt()),
        login.tokenType().equals(AccessToken.DPOP) ? refresh.keys().of(login) : null);
  }
}
