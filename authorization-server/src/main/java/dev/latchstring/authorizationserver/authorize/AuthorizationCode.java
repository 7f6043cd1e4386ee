package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.token.GivenCode;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.1.2. What a code stands for.
 *
 * @param redirectUriSent whether the authorization request named the redirect URI
 * @param codeChallenge RFC 7636 §4.2, S256
 * @param subject who gave it
 * @param scope what was given
 * @param nonce OpenID Connect Core §3.1.2.1: what the ID token repeats; null where none was sent
 * @param claims OpenID Connect Core §5.5: what of the person was given beside the scope
 * @param keyThumbprint RFC 9449 §10: the key that alone may redeem it; null for any
 * @param authenticationTime when the person signed in
 * @param context {@code mcp_context}: what the client stated of its model session, or null
 * @param grantId the grant it was redeemed for; null as long as it was not
 */
public record AuthorizationCode(
    String clientId,
    String redirectUri,
    boolean redirectUriSent,
    String codeChallenge,
    String subject,
    Scope scope,
    String resource,
    @Nullable String nonce,
    RequestedClaims claims,
    @Nullable String keyThumbprint,
    Instant authenticationTime,
    @Nullable String acr,
    List<String> amr,
    Instant expiresAt,
    @Nullable McpContext context,
    @Nullable String grantId) {
  public AuthorizationCode {
    amr = List.copyOf(amr);
  }

  /** draft-ietf-oauth-first-party-apps-04 §5.2.1: whether a login by challenge ended with it. */
  public boolean isOfChallenge() {
    return redirectUri.equals(AuthorizationRequestRules.NOWHERE);
  }

  /** What the person gave. */
  public GivenCode given(String code) {
    return new GivenCode(
        code, subject, scope, resource, authenticationTime, acr, amr, claims, context);
  }

  /** Client and resource alone. */
  @Override
  public String toString() {
    return "AuthorizationCode[clientId=" + clientId + ", resource=" + resource + "]";
  }
}
