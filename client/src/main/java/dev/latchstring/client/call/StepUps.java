package dev.latchstring.client.call;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * MCP, "Step-Up Authorization Flow": remembers which logins for more were tried, so that none is
 * repeated for the same operation and the same need: for {@link #KEPT}, or until a later login.
 *
 * <p>At most {@value #MAX} are remembered, the latest. Used by one thread at a time.
 */
final class StepUps {
  static final Duration KEPT = Duration.ofMinutes(5);
  static final int MAX = 256;

  private final InstantSource clock;
  private final Map<Key, Tried> tried =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Tried> eldest) {
          return size() > MAX;
        }
      };

  private record Key(String operation, Refusal.Need need) {}

  /**
   * @param logins how many logins there had been, this one included
   */
  private record Tried(long logins, Instant at) {}

  StepUps(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Whether it may be tried, which is then remembered as done.
   *
   * @param logins how many logins there have been
   */
  boolean begin(String operation, Refusal.Need need, long logins) {
    Key key = new Key(operation, need);
    Tried last = tried.get(key);
    Instant now = clock.instant();
    if (last != null && last.logins() >= logins && now.isBefore(last.at().plus(KEPT))) {
      return false;
    }
    tried.remove(key);
    tried.put(key, new Tried(logins + 1, now));
    return true;
  }

  /** It could not be carried out, and nobody decided anything. */
  void forget(String operation, Refusal.Need need) {
    tried.remove(new Key(operation, need));
  }
}
