package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.OAuthException;

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
}
