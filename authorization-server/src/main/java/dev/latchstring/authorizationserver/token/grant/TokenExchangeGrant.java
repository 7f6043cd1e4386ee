package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.exchange.Delegation;
import dev.latchstring.authorizationserver.exchange.ExchangeRequest;
import dev.latchstring.authorizationserver.exchange.IdentityAssertionIssuer;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.message.TokenResponse;
import java.util.Optional;

/**
 * RFC 8693 §2.1. A token for another: an access token for the access token of another resource, or
 * an ID-JAG for another authorization server.
 */
public final class TokenExchangeGrant implements Grant {
  private final Delegation delegation;
  private final IdentityAssertionIssuer assertions;

  public TokenExchangeGrant(Delegation delegation, IdentityAssertionIssuer assertions) {
    this.delegation = delegation;
    this.assertions = assertions;
  }

  @Override
  public String type() {
    return GrantTypes.TOKEN_EXCHANGE;
  }

  @Override
  public Optional<TokenResponse> answer(TokenRequest request) {
    ExchangeRequest asked = exchange(request);
    return asked.requestedType().equals(TokenType.ID_JAG)
        ? Optional.of(assertions.issue(request, asked))
        : Optional.empty();
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    return delegation.redeem(request, exchange(request));
  }

  private static ExchangeRequest exchange(TokenRequest request) {
    requireAuthenticated(request.client());
    ExchangeRequest asked = ExchangeRequest.of(request.form());
    if (!asked.requestedType().equals(TokenType.ACCESS_TOKEN)
        && !asked.requestedType().equals(TokenType.ID_JAG)) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          "requested_token_type must be " + TokenType.ACCESS_TOKEN + " or " + TokenType.ID_JAG);
    }
    return asked;
  }

  private static void requireAuthenticated(RegisteredClient client) {
    if (client.isPublic()) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "tokens are exchanged by a client that authenticates");
    }
  }
}
