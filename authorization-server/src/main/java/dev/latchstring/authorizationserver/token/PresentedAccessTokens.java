package dev.latchstring.authorizationserver.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an access token says that somebody presents here, of either format. */
public final class PresentedAccessTokens {
  private record Parsed(byte[] json, List<JWK> keys) {}

  private final String issuer;
  private final SigningKeys keys;
  private final OpaqueTokenStore opaqueTokens;
  private final Clock clock;
  private volatile Parsed parsed = new Parsed(new byte[0], List.of());

  public PresentedAccessTokens(
      String issuer, SigningKeys keys, OpaqueTokenStore opaqueTokens, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.opaqueTokens = opaqueTokens;
    this.clock = clock;
  }

  /** The claims of a token that this server issued and that is not expired; revoked or not. */
  public Optional<AccessTokenClaims> find(String token) {
    return token.indexOf('.') >= 0 ? ofJwt(token) : opaqueTokens.find(token);
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
                  .verify(token, this::named)));
    } catch (OAuthException | ParseException e) {
      return Optional.empty();
    }
  }

  private static List<String> audience(String token) throws ParseException {
    if (token.length() > JwtVerification.MAX_LENGTH) {
      return List.of();
    }
    var claims = com.nimbusds.jwt.SignedJWT.parse(token).getJWTClaimsSet();
    return claims == null ? List.of() : claims.getAudience();
  }

  private List<JWK> named(@Nullable String keyId) {
    return published().stream().filter(key -> key.getKeyID().equals(keyId)).toList();
  }

  @SuppressWarnings("ReferenceEquality") // the same array means that no key came or went
  private List<JWK> published() {
    byte[] json = keys.jwks();
    Parsed known = parsed;
    if (known.json() == json) {
      return known.keys();
    }
    try {
      List<JWK> now = JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys();
      parsed = new Parsed(json, now);
      return now;
    } catch (ParseException e) {
      throw new IllegalStateException("the server's own keys are not a JWK set", e);
    }
  }
}
