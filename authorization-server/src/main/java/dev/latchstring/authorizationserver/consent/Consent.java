package dev.latchstring.authorizationserver.consent;

import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What a person agreed to and need not be asked again.
 *
 * @param scope everything that was agreed to so far
 * @param claims what of the person is told beside what the scopes give, likewise
 * @param givenAt when the person last said so
 */
public record Consent(
    String subject,
    String clientId,
    String resource,
    Scope scope,
    List<String> claims,
    Instant givenAt) {
  public Consent {
    claims = List.copyOf(claims);
  }

  /** Whether nothing is asked for that was not agreed to. */
  boolean covers(Scope asked, Collection<String> askedClaims) {
    return scope.containsAll(asked)
        && askedClaims.stream()
            .allMatch(claim -> claims.contains(claim) || scope.contains(Profile.scopeOf(claim)));
  }
}
