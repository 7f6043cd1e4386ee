package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * MCP, "Step-Up Authorization Flow": remembers for which operation a login for more was asked. A
 * server that refuses the same operation for want of the same scopes after that login is not asked
 * for another: the person would enter codes without end.
 *
 * <p>For {@link #KEPT}, and of at most {@value #MAX} operations, the latest.
 */
public final class TriedStepUps {
  public static final Duration KEPT = Duration.ofMinutes(5);
  public static final int MAX = 256;

  private final Clock clock;
  private final Map<Key, Tried> tried =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Tried> eldest) {
          return size() > MAX;
        }
      };
  private long logins;

  private record Key(String operation, String scope) {}

  /**
   * @param logins how many there had been when more was needed
   */
  private record Tried(long logins, Instant at) {}

  public TriedStepUps(Clock clock) {
    this.clock = clock;
  }

  public synchronized void loggedIn() {
    logins++;
  }

  /** Whether a login for this need was done already, and did not help. */
  public synchronized boolean isInVain(Call call, LoginRequired need) {
    String scope = need.scope();
    if (need.status() != 403 || scope == null) {
      return false;
    }
    Key key = new Key(operation(call), scope);
    Tried last = tried.get(key);
    Instant now = clock.instant();
    if (last != null && now.isBefore(last.at().plus(KEPT))) {
      return logins > last.logins();
    }
    tried.remove(key);
    tried.put(key, new Tried(logins, now));
    return false;
  }

  private static String operation(Call call) {
    return call.method() + " " + text(call, "name") + " " + text(call, "uri");
  }

  private static String text(Call call, String member) {
    JsonNode params = call.params();
    String text = JsonRpc.textAt(params, member);
    return text == null ? "" : text;
  }
}
