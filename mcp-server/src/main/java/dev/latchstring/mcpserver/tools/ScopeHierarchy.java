package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which scope implies which: {@code clinic:write} may stand for {@code clinic:read} too. What is
 * implied implies further; a circle makes its members equal.
 */
final class ScopeHierarchy {
  private final Map<String, Set<String>> implied;

  private ScopeHierarchy(Map<String, Set<String>> implied) {
    this.implied = implied;
  }

  /**
   * @param direct for each broader scope those that it implies directly
   */
  static ScopeHierarchy of(Map<String, Set<String>> direct) {
    Map<String, Set<String>> closed = new HashMap<>();
    for (String broader : direct.keySet()) {
      Set<String> reached = new LinkedHashSet<>();
      Deque<String> open = new ArrayDeque<>(direct.get(broader));
      while (!open.isEmpty()) {
        String next = open.pop();
        if (reached.add(next)) {
          open.addAll(direct.getOrDefault(next, Set.of()));
        }
      }
      closed.put(broader, Set.copyOf(reached));
    }
    return new ScopeHierarchy(Map.copyOf(closed));
  }

  /** Those of the required scopes that the granted ones neither are nor imply. */
  Scope missing(Scope required, Scope granted) {
    if (granted.containsAll(required)) {
      return Scope.NONE;
    }
    Scope missing = required.minus(granted);
    for (String scope : granted.values()) {
      Set<String> narrower = implied.get(scope);
      if (narrower != null) {
        missing = missing.minus(Scope.of(narrower));
      }
    }
    return missing;
  }
}
