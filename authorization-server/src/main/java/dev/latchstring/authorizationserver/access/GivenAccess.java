package dev.latchstring.authorizationserver.access;

import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.List;

/**
 * What one program may do at one resource for one person.
 *
 * @param scope what was given, taken together
 * @param claims what it learns of the person beside what the scopes give (OpenID Connect Core §5.5)
 * @param since when it was first given, of what is still valid
 * @param logins how many logins of the program are live; none where only a consent is remembered
 * @param remembered whether the person is not asked when the program asks again
 */
public record GivenAccess(
    String clientId,
    String resource,
    Scope scope,
    List<String> claims,
    Instant since,
    int logins,
    boolean remembered) {
  public GivenAccess {
    claims = List.copyOf(claims);
  }
}
