package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.TokenResponse;
import java.util.Optional;

/** One {@code grant_type}. */
public interface Grant {
  /** The value of {@code grant_type}. */
  String type();

  /**
   * What the request is worth: the most that may be issued for it, with what must be consumed when
   * it is.
   *
   * @throws OAuthException the grant's own error
   */
  Authorization redeem(TokenRequest request);

  /** RFC 7521 §4.1. Who asks where a request names no client; empty where one must. */
  default Optional<RegisteredClient> unnamedClient() {
    return Optional.empty();
  }

  /**
   * RFC 8693 §2.2.1. The whole answer, where the request is for another token than this server's
   * own access token: none of what follows {@link #redeem} applies to that.
   *
   * @throws OAuthException the grant's own error
   */
  default Optional<TokenResponse> answer(TokenRequest request) {
    return Optional.empty();
  }
}
