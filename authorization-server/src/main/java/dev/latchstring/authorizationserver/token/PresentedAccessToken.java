package dev.latchstring.authorizationserver.token;

import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an access token says that somebody presents, with room for what is answered about it. */
public final class PresentedAccessToken {
  private final AccessTokenClaims claims;
  private volatile byte @Nullable [] answer;

  PresentedAccessToken(AccessTokenClaims claims) {
    this.claims = claims;
  }

  public AccessTokenClaims claims() {
    return claims;
  }

  /**
   * What is answered while the token is live, where that never changes: made once, and kept for as
   * long as the claims are.
   */
  public byte[] answer(Function<AccessTokenClaims, byte[]> make) {
    byte[] known = answer;
    if (known == null) {
      known = make.apply(claims);
      answer = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "PresentedAccessToken[" + claims.jwtId() + "]";
  }
}
