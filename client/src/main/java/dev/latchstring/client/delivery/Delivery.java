package dev.latchstring.client.delivery;

import dev.latchstring.client.AccessToken;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.net.URI;
import java.time.Instant;

/**
 * RFC 6750 §2.1. An access token that somebody hands over, and what they say of it. Nothing of it
 * is believed before {@link DeliveryCheck}.
 *
 * @param token a secret; at most {@value JwtVerification#MAX_LENGTH} characters
 * @param issuer the authorization server that it is from
 * @param resource the only resource that it is for (RFC 8707)
 * @param scope what it allows
 * @param expiresAt when it is not used any more; its own expiry holds where that is earlier
 */
public record Delivery(String token, String issuer, URI resource, Scope scope, Instant expiresAt) {

  /**
   * @throws OAuthException {@code invalid_token} where the text cannot be an access token
   */
  public Delivery {
    if (token.isEmpty() || token.length() > JwtVerification.MAX_LENGTH || !isTokenText(token)) {
      throw new OAuthException(
          ErrorCode.INVALID_TOKEN,
          "an access token has 1 to "
              + JwtVerification.MAX_LENGTH
              + " characters of those that RFC 6750 section 2.1 allows");
    }
  }

  /** {@code b64token}: what can stand in a header, and in an environment variable. */
  private static boolean isTokenText(String text) {
    return text.chars()
        .allMatch(c ->
            (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || "-._~+/=".indexOf(c) >= 0);
  }

  /** As it is used after the check. */
  AccessToken asToken(Scope granted, Instant until) {
    return new AccessToken(token, AccessToken.BEARER, resource, granted, until);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Delivery[issuer=" + issuer + ", resource=" + resource + "]";
  }
}
