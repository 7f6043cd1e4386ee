package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One authorization that a person gave to a client: what refresh tokens belong to.
 *
 * @param grantId {@code grant_id} in tokens
 * @param scope what was given; a token may have less
 * @param authenticationTime when the person signed in to give it
 * @param keyThumbprint RFC 9449 §5: the key that its refresh tokens are bound to, or null
 * @param claims OpenID Connect Core §5.5: what of the person was given beside the scope
 * @param context {@code mcp_context}: what the client stated of its model session, or null
 * @param revokedAt when it was taken back, or null
 */
public record GivenGrant(
    String grantId,
    String subject,
    String clientId,
    Scope scope,
    String resource,
    Instant authenticationTime,
    @Nullable String acr,
    List<String> amr,
    Instant createdAt,
    @Nullable String keyThumbprint,
    RequestedClaims claims,
    @Nullable McpContext context,
    @Nullable Instant revokedAt) {
  public GivenGrant {
    amr = List.copyOf(amr);
  }

  /** A grant of the scope alone. */
  public GivenGrant(
      String grantId,
      String subject,
      String clientId,
      Scope scope,
      String resource,
      Instant authenticationTime,
      @Nullable String acr,
      List<String> amr,
      Instant createdAt,
      @Nullable String keyThumbprint,
      @Nullable Instant revokedAt) {
    this(
        grantId,
        subject,
        clientId,
        scope,
        resource,
        authenticationTime,
        acr,
        amr,
        createdAt,
        keyThumbprint,
        RequestedClaims.NONE,
        null,
        revokedAt);
  }

  public boolean isRevoked() {
    return revokedAt != null;
  }
}
