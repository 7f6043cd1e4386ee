package dev.latchstring.authorizationserver.token;

import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a grant was redeemed for: everything that tokens are issued from.
 *
 * @param subject the account; the client where no person is involved
 * @param resource RFC 8707: what the access token is for
 * @param format what that resource wants
 * @param grantId the grant that the tokens belong to; null where there is none
 * @param authenticationTime when the person signed in; null where no person is involved
 * @param username what the person signs in with; null where no person is involved
 * @param refreshable whether a (new) refresh token is issued; needs a grant
 * @param consumption what is consumed in the issuing transaction; null where there is nothing
 */
public record Authorization(
    String subject,
    String clientId,
    Scope scope,
    String resource,
    AccessTokenFormat format,
    @Nullable String grantId,
    @Nullable Instant authenticationTime,
    @Nullable String acr,
    List<String> amr,
    @Nullable String username,
    List<String> teams,
    boolean refreshable,
    @Nullable Consumption consumption) {

  public Authorization {
    amr = List.copyOf(amr);
    teams = List.copyOf(teams);
    if (refreshable && grantId == null) {
      throw new IllegalArgumentException("a refresh token belongs to a grant");
    }
  }

  /** RFC 6749 §4.4: the client itself, with no person, no grant and nothing to consume. */
  public static Authorization ofClient(
      String clientId, Scope scope, String resource, AccessTokenFormat format) {
    return new Authorization(
        clientId, clientId, scope, resource, format, null, null, null, List.of(), null, List.of(),
        false, null);
  }

  /** The same, for this scope of this resource. */
  public Authorization narrowedTo(Scope scope, String resource, AccessTokenFormat format) {
    return new Authorization(
        subject,
        clientId,
        scope,
        resource,
        format,
        grantId,
        authenticationTime,
        acr,
        amr,
        username,
        teams,
        refreshable,
        consumption);
  }
}
