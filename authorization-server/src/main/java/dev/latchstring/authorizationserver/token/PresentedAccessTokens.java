package dev.latchstring.authorizationserver.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an access token says that somebody presents here, of either format.
 *
 * <p>What a token says never changes, so the answer is kept for those that come often: a signature
 * is checked, or a row is read, once; and not even once where this process made the signature.
 * Whether a token is revoked is not asked here.
 */
public final class PresentedAccessTokens {
  /** How many tokens are kept at most. */
  public static final int MAX_KNOWN = 10_000;

  private final String issuer;
  private final SigningKeys keys;
  private final OpaqueTokenStore opaqueTokens;
  private final SignedTokens signed;
  private final Clock clock;

  /** By hash, so that no token is in memory longer than its request. */
  private final Cache<String, AccessTokenClaims> known =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

  public PresentedAccessTokens(
      String issuer,
      SigningKeys keys,
      OpaqueTokenStore opaqueTokens,
      SignedTokens signed,
      Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.opaqueTokens = opaqueTokens;
    this.signed = signed;
    this.clock = clock;
  }

  /** The claims of a token that this server issued and that is not expired; revoked or not. */
  public Optional<AccessTokenClaims> find(String token) {
    if (token.length() > JwtVerification.MAX_LENGTH) {
      return Optional.empty();
    }
    byte[] hash = Secrets.sha256(token);
    String name = Base64.getUrlEncoder().encodeToString(hash);
    AccessTokenClaims seen = known.getIfPresent(name);
    if (seen != null) {
      return Optional.of(seen).filter(claims -> clock.instant().isBefore(claims.expiresAt()));
    }
    Optional<AccessTokenClaims> claims =
        token.indexOf('.') < 0
            ? opaqueTokens.find(token)
            : signed.contains(hash) ? ofOwnJwt(token) : ofJwt(token);
    claims.ifPresent(found -> known.put(name, found));
    return claims;
  }

  /** What this process signed, as long as the key that it signed with is good. */
  private Optional<AccessTokenClaims> ofOwnJwt(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      return keys.named(jwt.getHeader().getKeyID()).isEmpty()
          ? Optional.empty()
          : Optional.of(AccessTokenClaims.of(jwt.getJWTClaimsSet()))
              .filter(claims -> clock.instant().isBefore(claims.expiresAt()));
    } catch (ParseException e) {
      throw new IllegalStateException("it was signed here", e);
    }
  }

  private Optional<AccessTokenClaims> ofJwt(String token) {
    try {
      // The audience is whoever the token is for: not a question the issuer has to ask.
      Set<String> audiences = Set.copyOf(audience(token));
      if (audiences.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          AccessTokenClaims.of(
              new JwtVerification(
                      Set.of(AccessTokenClaims.TYPE),
                      Set.of(SigningKeys.ES256, SigningKeys.RS256),
                      issuer,
                      audiences,
                      clock,
                      Duration.ZERO)
                  .verify(token, keys::named)));
    } catch (OAuthException | ParseException e) {
      return Optional.empty();
    }
  }

  private static List<String> audience(String token) throws ParseException {
    JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
    return claims == null ? List.of() : claims.getAudience();
  }
}
