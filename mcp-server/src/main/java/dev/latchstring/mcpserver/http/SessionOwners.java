package dev.latchstring.mcpserver.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchstring.mcpserver.tools.Caller;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * MCP 2025-11-25, "Session Hijacking". Who opened which session: a session's identifier is no
 * credential, so it is bound to the subject and client that opened it.
 *
 * <p>A session that nobody here saw opened belongs to nobody. Its request, like one for another's
 * session, is answered as if the session did not exist, upon which a client opens a new one. The
 * number of sessions is bounded: beyond it the least used are forgotten; so are those that were
 * idle too long.
 */
final class SessionOwners {
  /** MCP 2025-11-25: visible ASCII; the length is our bound. */
  static final int MAX_ID_LENGTH = 256;

  private final Cache<String, Owner> owners;

  private record Owner(String issuer, String subject, String clientId) {
    static Owner of(Caller caller) {
      return new Owner(caller.issuer(), caller.subject(), caller.clientId());
    }
  }

  SessionOwners(long maxSessions, Duration idle, InstantSource clock) {
    this.owners =
        Caffeine.newBuilder()
            .maximumSize(maxSessions)
            .expireAfterAccess(idle)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .build();
  }

  /**
   * @throws Refusal 404 where the session is not the caller's
   */
  void require(String sessionId, Caller caller) {
    Owner owner = isWellFormed(sessionId) ? owners.getIfPresent(sessionId) : null;
    if (!Owner.of(caller).equals(owner)) {
      throw Refusal.jsonRpc(
          404, Refusal.SESSION_NOT_FOUND, "Session not found; initialize a new one", null);
    }
  }

  /** The server opened a session for the caller. An owner never changes. */
  void opened(@Nullable String sessionId, Caller caller) {
    if (sessionId != null && isWellFormed(sessionId)) {
      owners.asMap().putIfAbsent(sessionId, Owner.of(caller));
    }
  }

  void closed(String sessionId) {
    owners.invalidate(sessionId);
  }

  private static boolean isWellFormed(String sessionId) {
    return !sessionId.isEmpty()
        && sessionId.length() <= MAX_ID_LENGTH
        && sessionId.chars().allMatch(c -> c >= 0x21 && c <= 0x7E);
  }
}
