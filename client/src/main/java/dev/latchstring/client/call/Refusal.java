package dev.latchstring.client.call;

import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §3, RFC 9449 §9 and RFC 9470 §3. What a status of 401 or 403 asks of a client.
 *
 * <p>Only challenges of the schemes {@code Bearer} and {@code DPoP} are read.
 */
sealed interface Refusal {
  /** RFC 9449 §9: the same request with this nonce in its proof. */
  record NonceWanted(String nonce) implements Refusal {}

  /** No token, or one that does not count (any more). */
  record TokenRefused(List<Challenge> challenges) implements Refusal {}

  /** The token counts, and does not suffice. */
  record MoreWanted(Need need, List<Challenge> challenges) implements Refusal {}

  /** Nothing that another token would change. */
  record Final() implements Refusal {}

  /**
   * What is lacking.
   *
   * @param scope RFC 6750 §3; {@link Scope#NONE} where it was not told
   * @param authentication RFC 9470: {@code acr_values} and {@code max_age} as they came; null where
   *     scopes alone are lacking
   */
  record Need(Scope scope, @Nullable String authentication) {
    /** Whether what was granted covers it, as far as one can know. */
    boolean isCoveredBy(Scope granted) {
      return authentication == null && !scope.isEmpty() && granted.containsAll(scope);
    }
  }

  static Refusal read(int status, HttpHeaders headers) {
    List<Challenge> challenges =
        Challenge.parse(headers.allValues("WWW-Authenticate")).stream()
            .filter(challenge -> challenge.isScheme("Bearer") || challenge.isScheme("DPoP"))
            .toList();
    Set<String> errors =
        challenges.stream().map(c -> String.valueOf(c.error())).collect(Collectors.toSet());
    String nonce = Nonces.given(headers);
    if (status == 401 && nonce != null && errors.contains("use_dpop_nonce")) {
      return new NonceWanted(nonce);
    }
    if (status == 401 && errors.contains("insufficient_user_authentication")) {
      return new MoreWanted(new Need(scope(challenges), authentication(challenges)), challenges);
    }
    if (status == 401) {
      return new TokenRefused(challenges);
    }
    if (status == 403 && errors.contains("insufficient_scope")) {
      return new MoreWanted(new Need(scope(challenges), null), challenges);
    }
    return new Final();
  }

  /** Of the challenges that name one: some servers repeat the challenge for each scheme. */
  private static Scope scope(List<Challenge> challenges) {
    Scope all = Scope.NONE;
    for (Challenge challenge : challenges) {
      all = union(all, challenge.scope());
    }
    return all;
  }

  /** What cannot be understood is then found by discovery. */
  private static Scope union(Scope scope, @Nullable String more) {
    try {
      return more == null ? scope : scope.union(Scope.parse(more));
    } catch (OAuthException e) {
      return scope;
    }
  }

  private static String authentication(List<Challenge> challenges) {
    return challenges.stream()
        .filter(c -> "insufficient_user_authentication".equals(c.error()))
        .map(c -> c.parameter("acr_values") + " " + c.parameter("max_age"))
        .findFirst()
        .orElse("");
  }
}
