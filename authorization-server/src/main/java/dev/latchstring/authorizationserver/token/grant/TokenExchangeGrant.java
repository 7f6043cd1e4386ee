package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.exchange.CallIdentityIssuer;
import dev.latchstring.authorizationserver.exchange.Delegation;
import dev.latchstring.authorizationserver.exchange.ExchangeRequest;
import dev.latchstring.authorizationserver.exchange.IdentityAssertionIssuer;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.identity.CallIdentity;
import dev.latchstring.oauth.message.TokenResponse;
import java.util.List;
import java.util.Optional;

/**
 * RFC 8693 §2.1. A token for another: an access token for the access token of another resource, an
 * ID-JAG for another authorization server, or an identity assertion for one call of a tool.
 */
public final class TokenExchangeGrant implements Grant {
  private static final List<String> TYPES =
      List.of(TokenType.ACCESS_TOKEN, TokenType.ID_JAG, CallIdentity.TOKEN_TYPE);

  private final Delegation delegation;
  private final IdentityAssertionIssuer assertions;
  private final CallIdentityIssuer identities;

  public TokenExchangeGrant(
      Delegation delegation, IdentityAssertionIssuer assertions, CallIdentityIssuer identities) {
    this.delegation = delegation;
    this.assertions = assertions;
    this.identities = identities;
  }

  @Override
  public String type() {
    return GrantTypes.TOKEN_EXCHANGE;
  }

  @Override
  public Optional<TokenResponse> answer(TokenRequest request) {
    ExchangeRequest asked = exchange(request);
    return switch (asked.requestedType()) {
      case TokenType.ID_JAG -> Optional.of(assertions.issue(request, asked));
      case CallIdentity.TOKEN_TYPE -> Optional.of(identities.issue(request, asked));
      default -> Optional.empty();
    };
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    return delegation.redeem(request, exchange(request));
  }

  private static ExchangeRequest exchange(TokenRequest request) {
    requireAuthenticated(request.client());
    ExchangeRequest asked = ExchangeRequest.of(request.form());
    if (!TYPES.contains(asked.requestedType())) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          "requested_token_type must be one of " + String.join(", ", TYPES));
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
