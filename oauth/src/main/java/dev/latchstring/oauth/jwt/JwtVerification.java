package dev.latchstring.oauth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.math.BigInteger;
import java.security.Provider;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7519 §7.2 and RFC 8725. One way to check a signed JWT, with everything it must be named
 * beforehand.
 *
 * <p>Refused, each with {@code invalid_token}: more than {@value #MAX_LENGTH} characters; a {@code
 * typ} that is not the expected one; an algorithm that is not allowed or does not fit the key
 * (which excludes {@code none} and every symmetric one); {@code crit}; a signature by none of the
 * first {@value #MAX_TRIED} keys that fit; another issuer or audience; no {@code exp}; expired, not
 * yet valid or issued in the future beyond the tolerated skew.
 *
 * @param types the {@code typ} values that are accepted, lower case, without {@code application/}
 * @param algorithms of {@code ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512}
 * @param issuer the only issuer
 * @param audiences one of these must be in {@code aud}
 * @param skew how far the clocks of both parties may be apart
 */
public record JwtVerification(
    Set<String> types,
    Set<String> algorithms,
    String issuer,
    Set<String> audiences,
    Clock clock,
    Duration skew) {

  /** The most characters a JWT may have. */
  public static final int MAX_LENGTH = 16_384;

  /**
   * The most keys that are tried for one token. Whoever publishes more has to name them: a set of
   * hundreds without a {@code kid} would make every forged token cost hundreds of verifications.
   */
  public static final int MAX_TRIED = 16;

  private static final int MIN_RSA_BITS = 2048;

  private static final int MAX_RSA_BITS = 8192;

  /** A longer public exponent would make a verification as slow as a signature. */
  private static final int MAX_RSA_EXPONENT_BITS = 32;

  private static final Set<String> ASYMMETRIC =
      Set.of("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  public JwtVerification {
    types = Set.copyOf(types);
    algorithms = Set.copyOf(algorithms);
    audiences = Set.copyOf(audiences);
    if (!ASYMMETRIC.containsAll(algorithms) || algorithms.isEmpty()) {
      throw new IllegalArgumentException(
          "only asymmetric algorithms can be allowed: " + ASYMMETRIC);
    }
    if (types.isEmpty() || audiences.isEmpty()) {
      throw new IllegalArgumentException("a verification names types and audiences");
    }
  }

  /** Where the keys of the issuer come from. */
  @FunctionalInterface
  public interface Keys {
    /**
     * The keys that may have signed a token with this header, an empty list where there is none.
     *
     * @param keyId the header's {@code kid}, or null
     */
    List<JWK> find(@Nullable String keyId);
  }

  /**
   * The claims of a token that keeps every rule above.
   *
   * @throws OAuthException {@code invalid_token} with the rule that is broken, never the token
   */
  public JWTClaimsSet verify(String token, Keys keys) {
    if (token.length() > MAX_LENGTH) {
      throw invalid("the token is longer than " + MAX_LENGTH + " characters");
    }
    SignedJWT jwt = parse(token);
    requireHeader(jwt.getHeader());
    requireSignature(jwt, keys);
    JWTClaimsSet claims = claims(jwt);
    requireClaims(claims);
    return claims;
  }

  private static SignedJWT parse(String token) {
    try {
      return SignedJWT.parse(token);
    } catch (ParseException | IllegalArgumentException e) {
      throw invalid("the token is not a signed JWT");
    }
  }

  private void requireHeader(JWSHeader header) {
    String type = header.getType() == null ? "" : header.getType().getType();
    type = type.toLowerCase(Locale.ROOT);
    if (type.startsWith("application/")) {
      type = type.substring("application/".length());
    }
    if (!types.contains(type)) {
      throw invalid("the token's typ must be one of " + types);
    }
    if (!algorithms.contains(header.getAlgorithm().getName())) {
      throw invalid("the token's alg must be one of " + algorithms);
    }
    if (header.getCriticalParams() != null) {
      throw invalid("the token has a critical header parameter that is not understood");
    }
  }

  private static void requireSignature(SignedJWT jwt, Keys keys) {
    List<JWK> fitting =
        keys.find(jwt.getHeader().getKeyID()).stream()
            .filter(key -> fits(key, jwt.getHeader().getAlgorithm()))
            .limit(MAX_TRIED)
            .toList();
    if (fitting.stream().anyMatch(key -> isSignedBy(jwt, key))) {
      return;
    }
    throw invalid("the token is not signed by a key of its issuer");
  }

  /** RFC 8725 §3.1: a key is used with its own algorithm alone. */
  private static boolean fits(JWK key, JWSAlgorithm algorithm) {
    boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
    boolean named = key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm);
    boolean family =
        switch (key) {
          case ECKey ec -> JWSAlgorithm.Family.EC.contains(algorithm);
          case RSAKey rsa -> JWSAlgorithm.Family.RSA.contains(algorithm) && isUsable(rsa);
          default -> false;
        };
    return use && named && family;
  }

  /**
   * Whether an RSA key is one to verify with: 2048 to 8192 bits, and an odd exponent over 1 of at
   * most 32 bits. What a stranger publishes decides how long a verification takes.
   */
  public static boolean isUsable(RSAKey key) {
    BigInteger exponent = key.getPublicExponent().decodeToBigInteger();
    int bits = key.getModulus().decodeToBigInteger().bitLength();
    return bits >= MIN_RSA_BITS
        && bits <= MAX_RSA_BITS
        && exponent.bitLength() <= MAX_RSA_EXPONENT_BITS
        && exponent.testBit(0)
        && exponent.compareTo(BigInteger.ONE) > 0;
  }

  private static boolean isSignedBy(SignedJWT jwt, JWK key) {
    try {
      JWSVerifier verifier =
          switch (key) {
            case ECKey ec -> new ECDSAVerifier(ec);
            case RSAKey rsa -> new RSASSAVerifier(rsa);
            default -> throw new JOSEException("a key of another type");
          };
      Provider provider = CryptoProviders.nativeProvider();
      if (provider != null) {
        verifier.getJCAContext().setProvider(provider);
      }
      return jwt.verify(verifier);
    } catch (JOSEException e) {
      return false;
    }
  }

  private static JWTClaimsSet claims(SignedJWT jwt) {
    try {
      return jwt.getJWTClaimsSet();
    } catch (ParseException e) {
      throw invalid("the token's claims are not a JSON object");
    }
  }

  private void requireClaims(JWTClaimsSet claims) {
    if (!issuer.equals(claims.getIssuer())) {
      throw invalid("the token is from another issuer");
    }
    if (claims.getAudience().stream().noneMatch(audiences::contains)) {
      throw invalid("the token is for another audience");
    }
    Instant now = clock.instant();
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      throw invalid("the token has no expiry");
    }
    if (!now.isBefore(expires.toInstant().plus(skew))) {
      throw invalid("the token is expired");
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && notBefore.toInstant().isAfter(now.plus(skew))) {
      throw invalid("the token is not valid yet");
    }
    Date issued = claims.getIssueTime();
    if (issued != null && issued.toInstant().isAfter(now.plus(skew))) {
      throw invalid("the token was issued in the future");
    }
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }
}
