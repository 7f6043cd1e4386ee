package dev.latchstring.authorizationserver.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.oauth.Json;
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
import tools.jackson.databind.JsonNode;

/**
 * What an access token says that somebody presents here, of either format.
 *
 * <p>What a token says never changes, so the answer is kept for those that come often: a signature
 * is checked, or a row is read, once; and not even once where this process made the signature.
 * Whether a token is revoked is not asked here.
 */
public final class PresentedAccessTokens {
  /** How many tokens are kept at most. */
  private static final int MAX_KNOWN = 10_000;

  private final String issuer;
  private final SigningKeys keys;
  private final OpaqueTokenStore opaqueTokens;
  private final SignedTokens signed;
  private final Clock clock;

  /** By hash, so that no token is in memory longer than its request. */
  private final Cache<String, PresentedAccessToken> known =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

  private volatile KeyOfHeader latest = new KeyOfHeader("", "");

  private record KeyOfHeader(String header, String keyId) {}

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
    return look(token).map(PresentedAccessToken::claims);
  }

  /** The same, with room for an answer. */
  public Optional<PresentedAccessToken> look(String token) {
    if (token.length() > JwtVerification.MAX_LENGTH) {
      return Optional.empty();
    }
    byte[] hash = Secrets.sha256(token);
    SignedTokens.Sight sight = signed.present(hash);
    if (sight == SignedTokens.Sight.FIRST) {
      // Most are presented once: what is read quickly is not kept for them.
      return ofOwnJwt(token).map(PresentedAccessToken::new);
    }
    String name = Base64.getUrlEncoder().encodeToString(hash);
    PresentedAccessToken seen = known.getIfPresent(name);
    if (seen != null) {
      return Optional.of(seen).filter(t -> clock.instant().isBefore(t.claims().expiresAt()));
    }
    Optional<AccessTokenClaims> claims =
        token.indexOf('.') < 0
            ? opaqueTokens.find(token)
            : sight == SignedTokens.Sight.AGAIN ? ofOwnJwt(token) : ofJwt(token);
    Optional<PresentedAccessToken> found = claims.map(PresentedAccessToken::new);
    found.ifPresent(kept -> known.put(name, kept));
    return found;
  }

  /** What this process signed, as long as the key that it signed with is good. */
  private Optional<AccessTokenClaims> ofOwnJwt(String token) {
    int payload = token.indexOf('.') + 1;
    if (keys.named(keyId(token.substring(0, payload - 1))).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(ClaimsJson.read(decoded(token, payload, token.indexOf('.', payload))))
        .filter(claims -> clock.instant().isBefore(claims.expiresAt()));
  }

  /** Of a header that was signed here: every token that a key signed has the same one. */
  private String keyId(String header) {
    KeyOfHeader last = latest;
    if (!last.header().equals(header)) {
      JsonNode read = Json.readTree(decoded(header, 0, header.length()));
      last = new KeyOfHeader(header, read.path("kid").stringValue());
      latest = last;
    }
    return last.keyId();
  }

  private static String decoded(String token, int start, int end) {
    return new String(Base64.getUrlDecoder().decode(token.substring(start, end)), UTF_8);
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
