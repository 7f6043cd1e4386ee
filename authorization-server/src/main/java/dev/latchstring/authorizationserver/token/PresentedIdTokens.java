package dev.latchstring.authorizationserver.token;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * OpenID Connect RP-Initiated Logout 1.0 §2. Id tokens of this server that come back as a hint.
 *
 * <p>A hint may be expired: it says who somebody was. It must be signed by a key that is still
 * published, and say that it was issued by this server to one client.
 */
public final class PresentedIdTokens {
  private final String issuer;
  private final SigningKeys keys;
  private final Clock clock;

  public PresentedIdTokens(String issuer, SigningKeys keys, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * What a hint says.
   *
   * @param clientId whom it was issued to
   * @param subject whom it is about
   */
  public record Hint(String clientId, String subject) {}

  /** What an id token says; empty where it is none of this server's, or its key is gone. */
  public Optional<Hint> hint(String token) {
    if (token.length() > JwtVerification.MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      JWTClaimsSet stated = SignedJWT.parse(token).getJWTClaimsSet();
      List<String> audience = stated.getAudience();
      Date issued = stated.getIssueTime();
      if (audience.size() != 1 || issued == null) {
        return Optional.empty();
      }
      JWTClaimsSet claims = verified(token, audience.getFirst(), issued.toInstant());
      return claims.getSubject() == null
          ? Optional.empty()
          : Optional.of(new Hint(audience.getFirst(), claims.getSubject()));
    } catch (OAuthException | ParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As whoever got it verified it, when it came. */
  private JWTClaimsSet verified(String token, String clientId, Instant issuedAt) {
    Instant now = clock.instant();
    Instant then = issuedAt.isAfter(now) ? now : issuedAt;
    return new JwtVerification(
            Set.of("jwt"),
            Set.of(SigningKeys.ES256, SigningKeys.RS256),
            issuer,
            Set.of(clientId),
            Clock.fixed(then, ZoneOffset.UTC),
            Duration.ZERO)
        .verify(token, keys::named);
  }
}
