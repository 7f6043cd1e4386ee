package dev.latchstring.mcpserver.verification;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.dpop.ProofReplays;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * RFC 9449 §11.1. The proofs that were used, in memory, by the minute in which each may be
 * forgotten: 128 bits of a SHA-256 each.
 *
 * <p>It holds a bounded number. Beyond that nothing is forgotten to make room, for what was
 * forgotten could be used again: requests are refused until proofs expire.
 */
public final class RememberedProofs implements ProofReplays {
  private final long most;
  private final InstantSource clock;
  private final ConcurrentNavigableMap<Long, Set<Id>> byMinute = new ConcurrentSkipListMap<>();

  private record Id(long high, long low) {
    static Id of(String keyThumbprint, String jwtId) {
      ByteBuffer hash = ByteBuffer.wrap(Secrets.sha256(keyThumbprint + '\n' + jwtId));
      return new Id(hash.getLong(), hash.getLong());
    }
  }

  public RememberedProofs(long most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
  }

  @Override
  public boolean isFirstUse(String keyThumbprint, String jwtId, Instant until) {
    forget();
    // One proof always ends in the same minute, so it is looked for in one place.
    long minute = Math.floorDiv(until.getEpochSecond(), 60) + 1;
    Set<Id> used = byMinute.computeIfAbsent(minute, ignored -> ConcurrentHashMap.newKeySet());
    Id id = Id.of(keyThumbprint, jwtId);
    if (used.contains(id)) {
      return false;
    }
    if (size() >= most) {
      throw new OAuthException(
              ErrorCode.TEMPORARILY_UNAVAILABLE,
              "this server remembers as many proofs as it can; try again in a minute")
          .withDetail(most + " DPoP proofs are remembered");
    }
    return used.add(id);
  }

  private void forget() {
    long now = Math.floorDiv(clock.instant().getEpochSecond(), 60);
    for (Map.Entry<Long, Set<Id>> first = byMinute.firstEntry();
        first != null && first.getKey() <= now;
        first = byMinute.firstEntry()) {
      byMinute.remove(first.getKey());
    }
  }

  /** Over at most thirteen sets. */
  private long size() {
    long size = 0;
    for (Set<Id> used : byMinute.values()) {
      size += used.size();
    }
    return size;
  }
}
