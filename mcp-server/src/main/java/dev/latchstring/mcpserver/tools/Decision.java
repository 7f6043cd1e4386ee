package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a caller may do something, and if not, whether a new login could change that. */
public sealed interface Decision {

  /** Yes. */
  record Allowed() implements Decision {}

  /**
   * RFC 6750 §3.1. A token with more scope would be allowed.
   *
   * @param required every scope that the operation needs, for the challenge
   * @param missing those of them that the token lacks
   */
  record InsufficientScope(Scope required, Scope missing) implements Decision {}

  /**
   * RFC 9470 §3. A fresher or stronger login would be allowed.
   *
   * @param acrValues the classes that are accepted, the preferred first; empty where any is
   * @param maximumAge how old the login may be, or null
   * @param required every scope that the operation needs, where scopes are missing too; else empty
   */
  record InsufficientAuthentication(
      List<String> acrValues, @Nullable Duration maximumAge, Scope required) implements Decision {}

  /**
   * No, and no new login would change it.
   *
   * @param reason for the caller; it names no team and no policy
   */
  record Refused(String reason) implements Decision {}

  /**
   * One decision for several operations that come together: all must be allowed. A refusal that no
   * login can change comes first; then what is missing is asked for at once.
   */
  default Decision and(Decision other) {
    if (other instanceof Allowed || this instanceof Refused) {
      return this;
    }
    if (this instanceof Allowed || other instanceof Refused) {
      return other;
    }
    if (this instanceof InsufficientScope a && other instanceof InsufficientScope b) {
      return new InsufficientScope(
          a.required().union(b.required()), a.missing().union(b.missing()));
    }
    Scope required = required(this).union(required(other));
    InsufficientAuthentication first = authentication(this);
    InsufficientAuthentication second = authentication(other);
    if (first == null || second == null) {
      InsufficientAuthentication only = first == null ? second : first;
      return new InsufficientAuthentication(
          only == null ? List.of() : only.acrValues(),
          only == null ? null : only.maximumAge(),
          required);
    }
    List<String> acr = new ArrayList<>(first.acrValues());
    if (acr.isEmpty()) {
      acr.addAll(second.acrValues());
    } else if (!second.acrValues().isEmpty()) {
      acr.retainAll(second.acrValues());
      if (acr.isEmpty()) {
        return new Refused("these calls need different logins; send them one by one");
      }
    }
    return new InsufficientAuthentication(
        acr, shorter(first.maximumAge(), second.maximumAge()), required);
  }

  private static Scope required(Decision decision) {
    return switch (decision) {
      case InsufficientScope scope -> scope.required();
      case InsufficientAuthentication authentication -> authentication.required();
      case Allowed allowed -> Scope.NONE;
      case Refused refused -> Scope.NONE;
    };
  }

  private static @Nullable InsufficientAuthentication authentication(Decision decision) {
    return decision instanceof InsufficientAuthentication found ? found : null;
  }

  private static @Nullable Duration shorter(@Nullable Duration a, @Nullable Duration b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }
}
