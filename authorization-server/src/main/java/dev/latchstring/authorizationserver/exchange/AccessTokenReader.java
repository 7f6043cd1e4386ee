package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.assertion.AuthenticationContext;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.util.Optional;

/**
 * Access tokens of this server that a person gave to the client itself: what stands for an id token
 * where a login gives none. One that was exchanged speaks for the person no more than its holder
 * may, so it is not taken.
 */
public final class AccessTokenReader implements SubjectTokenReader {
  private final LiveAccessTokens tokens;

  public AccessTokenReader(LiveAccessTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public String type() {
    return TokenType.ACCESS_TOKEN;
  }

  @Override
  public Optional<SubjectToken> read(String token, RegisteredClient client) {
    LiveAccessTokens.Live live = tokens.find(token).orElse(null);
    if (live == null) {
      return Optional.empty();
    }
    AccessTokenClaims claims = live.claims();
    if (!claims.clientId().equals(client.clientId())
        || claims.grantId() == null
        || claims.actor() != null) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "the subject_token is not what a person gave to this client");
    }
    return Optional.of(
        new SubjectToken(
            claims.subject(),
            live.username(),
            live.teams(),
            new AuthenticationContext(claims.authenticationTime(), claims.acr(), claims.amr()),
            claims.keyThumbprint(),
            null));
  }
}
