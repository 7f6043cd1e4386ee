package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.Logins;
import dev.latchstring.authorizationserver.token.PresentedRefreshToken;
import dev.latchstring.authorizationserver.token.RefreshTokenStore;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.McpContext;

/**
 * RFC 6749 §6 and RFC 9700 §4.14.2. A public client's token is replaced with each use, and using an
 * old one again revokes the grant; a confidential client keeps its token. RFC 9449 §5: a public
 * client that proved a key proves the same one each time, and from its first proof on.
 *
 * <p>With {@code mcp_context} the client says that it works in another context now, of the same
 * model session.
 */
public final class RefreshTokenGrant implements Grant {
  private final RefreshTokenStore tokens;
  private final GrantStore grants;
  private final Logins logins;

  public RefreshTokenGrant(RefreshTokenStore tokens, GrantStore grants, Logins logins) {
    this.tokens = tokens;
    this.grants = grants;
    this.logins = logins;
  }

  @Override
  public String type() {
    return GrantTypes.REFRESH_TOKEN;
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    RegisteredClient client = request.client();
    String token = request.form().required("refresh_token");
    return switch (tokens.look(token, client.clientId())) {
      case PresentedRefreshToken.Usable usable -> authorization(request, token, usable.grant());
      case PresentedRefreshToken.Reused reused -> {
        grants.revoke(reused.grant().grantId());
        SecurityLog.warn(
            "used_again",
            "what",
            "refresh_token",
            "client_id",
            client.clientId(),
            "grant_id",
            reused.grant().grantId());
        throw refused("the refresh token was used before; its grant is revoked");
      }
      case PresentedRefreshToken.Expired expired -> throw refused("the refresh token is expired");
      case PresentedRefreshToken.Revoked revoked -> throw refused("the grant is revoked");
      case PresentedRefreshToken.Unknown unknown ->
          throw refused("the refresh token is not one of this client");
    };
  }

  private Authorization authorization(TokenRequest request, String token, GivenGrant grant) {
    RegisteredClient client = request.client();
    request.requireKey(grant.keyThumbprint());
    Account account =
        logins.account(grant.subject()).orElseThrow(() -> refused("the account is disabled"));
    logins.requireGood(grant, client, request.keyThumbprint());
    boolean rotates = client.isPublic();
    Consumption consumption =
        rotates ? tokens.rotation(token, request) : tokens.use(token, client.clientId());
    McpContext stated = request.context();
    if (stated == null) {
      return Authorization.ofGrant(grant, account, rotates, consumption);
    }
    McpContext context = stated.inPlaceOf(grant.context());
    return Authorization.ofGrant(
            grant,
            account,
            rotates,
            consumption.andThen(
                transaction -> grants.replaceContext(transaction, grant.grantId(), context)))
        .statedIn(context);
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}
