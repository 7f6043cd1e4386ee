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
   * Nobody is logged in, or not at the provider that is needed. Over HTTP it is the filter that
   * asks for a token; there this means another provider than the filter's own, which no token
   * changes.
   *
   * @param provider whose login is needed; null where the server has one
   * @param required every scope that the operation needs
   * @param acrValues as {@link InsufficientAuthentication#acrValues}
   * @param maximumAge as {@link InsufficientAuthentication#maximumAge}
   */
  record LoginNeeded(
      @Nullable String provider,
      Scope required,
      List<String> acrValues,
      @Nullable Duration maximumAge)
      implements Decision {}

  /**
   * No, and no new login would change it.
   *
   * @param reason for the caller; it names no team and no policy
   */
  record Refused(String reason) implements Decision {}

  /**
   * It could not be decided, so it is no: a policy engine is out of reach. Trying again later may
   * help.
   *
   * @param reason for the caller; it names no address
   */
  record Unavailable(String reason) implements Decision {}

  /** Whether the operation may go on. */
  default boolean isAllowed() {
    return this instanceof Allowed;
  }

  /**
   * One decision for several operations that come together: all must be allowed. What no login can
   * change comes first, then what could not be decided, then a login that is missing; then
   * everything else that is missing is asked for at once.
   */
  default Decision and(Decision other) {
    if (rank(this) != rank(other)) {
      return rank(this) < rank(other) ? this : other;
    }
    if (!(this instanceof InsufficientScope || this instanceof InsufficientAuthentication)) {
      return this;
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
        acr, Requirement.shorter(first.maximumAge(), second.maximumAge()), required);
  }

  private static int rank(Decision decision) {
    return switch (decision) {
      case Refused refused -> 0;
      case Unavailable unavailable -> 1;
      case LoginNeeded login -> 2;
      case InsufficientScope scope -> 3;
      case InsufficientAuthentication authentication -> 3;
      case Allowed allowed -> 4;
    };
  }

  private static Scope required(Decision decision) {
    return switch (decision) {
      case InsufficientScope scope -> scope.required();
      case InsufficientAuthentication authentication -> authentication.required();
      default -> Scope.NONE;
    };
  }

  private static @Nullable InsufficientAuthentication authentication(Decision decision) {
    return decision instanceof InsufficientAuthentication found ? found : null;
  }
}
