package dev.latchstring.authorizationserver.revocation;

import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.PresentedRefreshToken;
import dev.latchstring.authorizationserver.token.RefreshTokenStore;
import dev.latchstring.authorizationserver.token.RevocationStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.io.IOException;

/**
 * RFC 7009 §2. A token that is not known, expired or revoked already is answered with 200 like one
 * that was revoked now. {@code token_type_hint} is not needed and not read.
 */
public final class RevocationEndpoint implements Endpoint {
  private final ClientAuthentication authentication;
  private final PresentedAccessTokens accessTokens;
  private final RefreshTokenStore refreshTokens;
  private final GrantStore grants;
  private final RevocationStore revocations;

  public RevocationEndpoint(
      ClientAuthentication authentication,
      PresentedAccessTokens accessTokens,
      RefreshTokenStore refreshTokens,
      GrantStore grants,
      RevocationStore revocations) {
    this.authentication = authentication;
    this.accessTokens = accessTokens;
    this.refreshTokens = refreshTokens;
    this.grants = grants;
    this.revocations = revocations;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    FormParameters form = exchange.form();
    RegisteredClient client = authentication.authenticate(exchange, form);
    exchange.checks().begin("token");
    revoke(client, form.required("token"));
    exchange.answerEmpty();
  }

  private void revoke(RegisteredClient client, String token) {
    AccessTokenClaims claims = accessTokens.find(token).orElse(null);
    if (claims != null) {
      if (!claims.clientId().equals(client.clientId())) {
        // RFC 7009 §2.1: refused, and the client is told.
        throw new OAuthException(ErrorCode.INVALID_GRANT, "the token was issued to another client");
      }
      revocations.revoke(claims.jwtId(), claims.expiresAt());
      return;
    }
    switch (refreshTokens.look(token, client.clientId())) {
      case PresentedRefreshToken.Usable usable -> grants.revoke(usable.grant().grantId());
      case PresentedRefreshToken.Reused reused -> grants.revoke(reused.grant().grantId());
      case PresentedRefreshToken.Expired expired -> {}
      case PresentedRefreshToken.Revoked revoked -> {}
      case PresentedRefreshToken.Unknown unknown -> {}
    }
  }
}
