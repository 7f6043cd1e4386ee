package dev.latchstring.examples.mediator;

import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.oauth.Challenge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Each caller's tokens for the API, and the login that is to bring them: one at a time for each
 * caller, whom further calls join. In memory alone. What ends, or was not used for half an hour, is
 * revoked.
 */
final class Logins implements AutoCloseable {
  /** The most callers. Beyond it nobody new signs in until others have left. */
  static final int MOST = 10_000;

  static final Duration IDLE = Duration.ofMinutes(30);

  private static final Duration EXPIRES_SOON = Duration.ofSeconds(15);

  private final Supplier<ChallengeClient> discovery;
  private final ChallengeRequest request;
  private final InstantSource clock;
  private @Nullable ChallengeClient client;
  private final Map<Holder, Held> held = new LinkedHashMap<>();

  /** What one caller has. Its tokens are guarded by itself, its login by {@link #held}. */
  private static final class Held {
    @Nullable Login login;
    ChallengeTurn.@Nullable Done tokens;
    boolean gone;
    Instant lastUse = Instant.MIN;

    synchronized boolean keep(ChallengeTurn.Done done) {
      if (!gone) {
        tokens = done;
      }
      return !gone;
    }

    synchronized void drop(ChallengeTurn.Done refused) {
      tokens = refused.equals(tokens) ? null : tokens;
    }

    synchronized ChallengeTurn.@Nullable Done leave() {
      gone = true;
      ChallengeTurn.Done last = tokens;
      tokens = null;
      return last;
    }
  }

  /**
   * @param discovery makes the client when it is first needed, so that a server starts without its
   *     authorization server
   * @param request what each login is for: the API and its scope
   */
  Logins(Supplier<ChallengeClient> discovery, ChallengeRequest request, InstantSource clock) {
    this.discovery = discovery;
    this.request = request;
    this.clock = clock;
  }

  private synchronized ChallengeClient client() {
    if (client == null) {
      client = discovery.get();
    }
    return client;
  }

  /**
   * The caller's tokens, renewed where they end; empty where the person is needed.
   *
   * @throws dev.latchstring.client.ClientException where they could not be renewed for now
   */
  Optional<ChallengeTurn.Done> tokens(Holder holder) {
    Held mine;
    synchronized (held) {
      mine = held.get(holder);
      if (mine == null) {
        return Optional.empty();
      }
      mine.lastUse = clock.instant();
    }
    synchronized (mine) {
      ChallengeTurn.Done tokens = mine.tokens;
      if (tokens != null && expiresSoon(tokens)) {
        boolean renewable = tokens.tokens().refreshToken() != null;
        tokens =
            renewable && client().refresh(tokens) instanceof ChallengeTurn.Done renewed
                ? renewed
                : null;
        mine.tokens = tokens;
      }
      return Optional.ofNullable(tokens);
    }
  }

  private boolean expiresSoon(ChallengeTurn.Done tokens) {
    Instant end = tokens.token().expiresAt();
    return end != null && !clock.instant().plus(EXPIRES_SOON).isBefore(end);
  }

  /**
   * The caller's login: the one that is under way, else a new one.
   *
   * @return empty where too many callers are here
   * @throws dev.latchstring.client.ClientException where the authorization server has no such login
   */
  Optional<Login> login(Holder holder) {
    return login(holder, () -> client().begin(request));
  }

  /** RFC 9470. The same, for more than was proven: only what is missing is asked. */
  Optional<Login> stepUp(Holder holder, ChallengeTurn.Done present, List<Challenge> challenges) {
    return login(holder, () -> client().stepUp(present, challenges));
  }

  private Optional<Login> login(Holder holder, Supplier<ChallengeTurn> first) {
    sweep();
    ChallengeClient through = client();
    Login login;
    synchronized (held) {
      Held mine = held.get(holder);
      if (mine == null && held.size() >= MOST) {
        return Optional.empty();
      }
      if (mine == null) {
        mine = new Held();
        held.put(holder, mine);
      }
      mine.lastUse = clock.instant();
      if (mine.login != null && !mine.login.isOver()) {
        return Optional.of(mine.login);
      }
      login = new Login(through, holder, clock, mine::keep);
      mine.login = login;
    }
    login.begin(first);
    return Optional.of(login);
  }

  /** The API does not take these tokens any more. */
  void drop(Holder holder, ChallengeTurn.Done refused) {
    Held mine;
    synchronized (held) {
      mine = held.get(holder);
    }
    if (mine != null) {
      mine.drop(refused);
    }
  }

  /** Ends what a caller has; whether there were tokens. */
  boolean signOut(Holder holder) {
    return revoke(leaving((each, mine) -> each.equals(holder))) > 0;
  }

  /** The MCP session is over. */
  void ended(String sessionId) {
    revoke(leaving((each, mine) -> each.sessionId().equals(sessionId)));
  }

  int size() {
    synchronized (held) {
      return held.size();
    }
  }

  private void sweep() {
    Instant oldest = clock.instant().minus(IDLE);
    List<Held> idle = leaving((each, mine) -> mine.lastUse.isBefore(oldest));
    if (!idle.isEmpty()) {
      Thread.ofVirtual().name("revoke-idle").start(() -> revoke(idle));
    }
  }

  private List<Held> leaving(BiPredicate<Holder, Held> which) {
    List<Held> leaving = new ArrayList<>();
    synchronized (held) {
      held.entrySet()
          .removeIf(entry -> {
            boolean leaves = which.test(entry.getKey(), entry.getValue());
            if (leaves) {
              leaving.add(entry.getValue());
            }
            return leaves;
          });
    }
    return leaving;
  }

  private int revoke(List<Held> leaving) {
    int revoked = 0;
    for (Held each : leaving) {
      ChallengeTurn.Done tokens = each.leave();
      if (each.login != null) {
        each.login.abandon("the session ended");
      }
      if (tokens != null) {
        LogoutResult unused = client().revoke(tokens);
        revoked++;
      }
    }
    return revoked;
  }

  /** Revokes everything. */
  @Override
  public void close() {
    revoke(leaving((each, mine) -> true));
    synchronized (this) {
      if (client != null) {
        client.close();
      }
    }
  }
}
