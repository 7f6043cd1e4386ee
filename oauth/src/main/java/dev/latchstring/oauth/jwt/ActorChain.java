package dev.latchstring.oauth.jwt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8693 §4.1. The {@code act} claim: who acts now, and within it who acted before.
 *
 * <p>Only who acts now may be decided by; those before are history. Members are texts that identify
 * ({@code sub} is there, {@code iss} and {@code client_id} may be), each of at most {@value
 * #MAX_TEXT} characters, and the chain has at most {@value #MAX_DEPTH} actors.
 */
public final class ActorChain {
  /** The most actors, the present one included. */
  public static final int MAX_DEPTH = 5;

  /** The most characters of one member. */
  public static final int MAX_TEXT = 512;

  private ActorChain() {}

  /** The chain as it is where it keeps the rules of the class; empty where it breaks one. */
  public static Optional<Map<String, Object>> checked(@Nullable Object actor) {
    return checked(actor, MAX_DEPTH);
  }

  /**
   * The chain with one more actor before it.
   *
   * @param subject {@code sub} of who acts now
   * @param before the {@code act} of the token that is acted on, or null
   * @return empty where that breaks a rule of the class
   */
  public static Optional<Map<String, Object>> extended(
      String subject, @Nullable Map<String, Object> before) {
    Map<String, Object> actor = new LinkedHashMap<>();
    actor.put("sub", subject);
    if (before != null) {
      actor.put("act", before);
    }
    return checked(actor);
  }

  private static Optional<Map<String, Object>> checked(@Nullable Object actor, int depth) {
    if (depth == 0 || !(actor instanceof Map<?, ?> members) || !isText(members.get("sub"))) {
      return Optional.empty();
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> member : members.entrySet()) {
      Object value = member.getValue();
      switch (String.valueOf(member.getKey())) {
        case "sub", "iss", "client_id" -> {
          if (!isText(value)) {
            return Optional.empty();
          }
          copy.put(String.valueOf(member.getKey()), value);
        }
        case "act" -> {
          Optional<Map<String, Object>> before = checked(value, depth - 1);
          if (before.isEmpty()) {
            return Optional.empty();
          }
          copy.put("act", before.get());
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(copy);
  }

  private static boolean isText(@Nullable Object value) {
    return value instanceof String text && !text.isEmpty() && text.length() <= MAX_TEXT;
  }
}
