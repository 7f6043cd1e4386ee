package dev.latchstring.client.machine;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Discovery;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that a machine gets by a grant: asked for when needed, kept in memory until 80 % of
 * their life, never stored. One request serves all threads that wait.
 *
 * <p>Where another cannot be had, the present one is given until 5 seconds before its end. A
 * failure is remembered, for a second where a network was at fault and for ten where a server
 * decided: who asks meanwhile is told the same, and nothing is sent. A token that the MCP server
 * rejects is replaced once a minute.
 */
public final class MachineTokens implements TokenSource {
  private static final Logger LOG = LoggerFactory.getLogger(MachineTokens.class);
  private static final long UNKNOWN_LIFE_SECONDS = 60;
  private static final Duration MARGIN = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration NETWORK_FAILED = Duration.ofSeconds(1);
  private static final Duration DECIDED = Duration.ofSeconds(10);
  private static final Duration REJECTED_AGAIN = Duration.ofSeconds(60);

  private final URI server;
  private final Discovery discovery;
  private final MachineExchange exchange;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Issued issued;
  private volatile Instant nextTry = Instant.MIN;
  private @Nullable Discovered found;
  private @Nullable Failed failed;
  private @Nullable Instant lastRejection;

  private record Issued(AccessToken token, Instant refreshAt) {
    boolean isUsable(Instant now) {
      Instant end = token.expiresAt();
      return end == null || now.isBefore(end.minus(MARGIN));
    }
  }

  private record Failed(ClientException why, Instant until) {}

  public MachineTokens(URI server, Discovery discovery, MachineExchange exchange, Clock clock) {
    this.server = server;
    this.discovery = discovery;
    this.exchange = exchange;
    this.clock = clock;
  }

  @Override
  public AccessToken token() {
    Issued present = issued;
    Instant now = clock.instant();
    if (present != null && now.isBefore(present.refreshAt())) {
      return present.token();
    }
    Issued usable = present != null && present.isUsable(now) ? present : null;
    if (usable != null) {
      // While another thread asks, or after it asked in vain, the present one will do.
      if (now.isBefore(nextTry) || !lock.tryLock()) {
        return usable.token();
      }
    } else {
      enter();
    }
    try {
      return latest();
    } catch (ClientException e) {
      if (usable == null) {
        throw e;
      }
      nextTry = now.plus(RETRY);
      LOG.warn("no new token for {}, it is tried again: {}", server, e.description());
      return usable.token();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    enter();
    try {
      Issued present = issued;
      if (present != null && !present.token().value().equals(token.value())) {
        return latest();
      }
      Instant now = clock.instant();
      if (lastRejection != null
          && Duration.between(lastRejection, now).compareTo(REJECTED_AGAIN) < 0) {
        throw new ClientException(
            Problem.LOGIN_REQUIRED,
            server + " rejects the tokens that this machine gets",
            "check that its client or workload may have scopes for this server");
      }
      lastRejection = now;
      issued = null;
      found = null;
      return latest();
    } finally {
      lock.unlock();
    }
  }

  private void enter() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(
          Problem.NETWORK, "interrupted while waiting for a token for " + server, null);
    }
  }

  /** Runs under the lock: another thread may have been here. */
  private AccessToken latest() {
    Issued present = issued;
    Instant now = clock.instant();
    if (present != null && now.isBefore(present.refreshAt())) {
      return present.token();
    }
    Failed before = failed;
    if (before != null && now.isBefore(before.until())) {
      ClientException why = before.why();
      throw new ClientException(why.problem(), why.description(), why.hint(), why);
    }
    try {
      Discovered at = at();
      AccessToken token = exchange.token(at, at.scope());
      failed = null;
      issued = new Issued(token, refreshAt(token));
      return token;
    } catch (ClientException e) {
      boolean network = e.problem() == Problem.NETWORK;
      failed = new Failed(e, clock.instant().plus(network ? NETWORK_FAILED : DECIDED));
      if (!network) {
        found = null; // what was discovered may have changed
      }
      throw e;
    }
  }

  private Discovered at() {
    Discovered known = found;
    if (known == null) {
      known =
          switch (discovery.discover(server)) {
            case Discovered there -> there;
            case DiscoveryResult.NoLoginNeeded open ->
                throw new ClientException(
                    Problem.NO_USABLE_LOGIN,
                    open.server() + " needs no login",
                    "use it without a token");
          };
      found = known;
    }
    return known;
  }

  private Instant refreshAt(AccessToken token) {
    Instant now = clock.instant();
    Instant end = token.expiresAt();
    long life =
        end == null ? UNKNOWN_LIFE_SECONDS : Math.max(0, Duration.between(now, end).toSeconds());
    return now.plusSeconds(life * 4 / 5);
  }
}
