package dev.latchstring.oauth.explanation;

import dev.latchstring.oauth.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decision on a request, in JSON: which checks there were, which rule refused it, what that
 * turned on.
 *
 * <pre>{@code
 * {"decision":"refused","checks":[{"check":"request","outcome":"passed"},
 *  {"check":"scope","outcome":"refused","error":"invalid_scope","rule":"..."}]}
 * }</pre>
 *
 * <p>One line of visible ASCII, of at most {@value #MAX_LENGTH} characters: it goes into a header
 * and into the log.
 */
public final class Explanation {
  /** The header that asks for an explanation with {@code true}, and that gives it. */
  public static final String HEADER = "X-MCP-Debug";

  /**
   * The longest explanation. Of one that would be longer the check that decided is told alone, if
   * need be without what it turned on.
   */
  public static final int MAX_LENGTH = 4096;

  private Explanation() {}

  /** All checks of a request, in order; at least one. */
  public static String of(List<Check> checks) {
    String whole = json(checks, true);
    if (whole.length() <= MAX_LENGTH) {
      return whole;
    }
    List<Check> deciding =
        List.of(
            checks.stream()
                .filter(check -> check.outcome() != Check.Outcome.PASSED)
                .findFirst()
                .orElse(checks.getLast()));
    String alone = json(deciding, true);
    return alone.length() <= MAX_LENGTH ? alone : json(deciding, false);
  }

  private static String json(List<Check> checks, boolean withNotes) {
    List<Map<String, String>> told = new ArrayList<>();
    boolean granted = true;
    for (Check check : checks) {
      Map<String, String> one = new LinkedHashMap<>();
      one.put("check", check.name());
      one.put("outcome", check.outcome().name().toLowerCase(Locale.ROOT));
      put(one, "error", check.error());
      put(one, "rule", check.rule());
      if (withNotes) {
        one.putAll(check.notes());
      }
      told.add(one);
      granted &= check.outcome() == Check.Outcome.PASSED;
    }
    Map<String, Object> explanation = new LinkedHashMap<>();
    explanation.put("decision", granted ? "granted" : "refused");
    explanation.put("checks", told);
    return ascii(new String(Json.bytes(explanation), StandardCharsets.UTF_8));
  }

  private static void put(Map<String, String> one, String name, @Nullable String value) {
    if (value != null) {
      one.put(name, value);
    }
  }

  /** RFC 8259 §7: every other character, all of which are inside strings, as an escape. */
  private static String ascii(String json) {
    StringBuilder ascii = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c >= 0x20 && c < 0x7F) {
        ascii.append(c);
      } else {
        ascii.append("\\u").append(String.format("%04x", (int) c));
      }
    }
    return ascii.toString();
  }
}
