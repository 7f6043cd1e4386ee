package dev.latchstring.oauth.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JwtVerificationTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private final ECKey key = ecKey("k1");
  private final JwtVerification.Keys keys =
      kid -> kid == null || kid.equals("k1") ? List.of(key.toPublicJWK()) : List.of();
  private final JwtVerification verification =
      new JwtVerification(
          Set.of("at+jwt"),
          Set.of("ES256", "RS256"),
          "https://as.example",
          Set.of("https://mcp.example/mcp"),
          Clock.fixed(NOW, ZoneOffset.UTC),
          Duration.ofSeconds(30));

  @Test
  void a_token_that_keeps_every_rule_is_accepted() {
    JWTClaimsSet claims = verification.verify(token(claims()), keys);
    AccessTokenClaims access = AccessTokenClaims.of(claims);
    assertThat(access.subject()).isEqualTo("alice");
    assertThat(access.scope().values()).containsExactly("a", "b");
    assertThat(access.teams()).containsExactly("front-desk");
    assertThat(access.expiresAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void an_rsa_key_signs_and_is_verified() throws Exception {
    JWK rsa = new RSAKeyGenerator(2048).keyID("r1").keyUse(KeyUse.SIGNATURE).generate();
    String token = SigningKey.of(rsa).sign("at+jwt", Json.bytes(claims()));
    assertThat(verification.verify(token, kid -> List.of(rsa.toPublicJWK())).getSubject())
        .isEqualTo("alice");
  }

  @Test
  void every_broken_rule_is_invalid_token() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    String good = token(claims());
    tokens.put("another issuer", token(with("iss", "https://evil.example")));
    tokens.put("no issuer", token(with("iss", null)));
    tokens.put("another audience", token(with("aud", "https://other.example")));
    tokens.put("no audience", token(with("aud", null)));
    tokens.put("expired", token(with("exp", NOW.minusSeconds(30).getEpochSecond())));
    tokens.put("no expiry", token(with("exp", null)));
    tokens.put("not yet valid", token(with("nbf", NOW.plusSeconds(31).getEpochSecond())));
    tokens.put("from the future", token(with("iat", NOW.plusSeconds(31).getEpochSecond())));
    tokens.put("another type", SigningKey.of(key).sign("JWT", Json.bytes(claims())));
    tokens.put("another key", SigningKey.of(ecKey("k1")).sign("at+jwt", Json.bytes(claims())));
    tokens.put("an unknown key", SigningKey.of(ecKey("k2")).sign("at+jwt", Json.bytes(claims())));
    tokens.put("a changed payload", swapPayload(good, Json.bytes(with("sub", "mallory"))));
    tokens.put("a cut signature", good.substring(0, good.length() - 4));
    tokens.put("no signature", good.substring(0, good.lastIndexOf('.') + 1));
    tokens.put("alg none", unsigned());
    tokens.put("the public key as HMAC secret", hmacWithPublicKey());
    tokens.put("not a token", "hello");
    tokens.put("nothing", "");
    tokens.put("too long", good + "A".repeat(JwtVerification.MAX_LENGTH));
    tokens.put(
        "claims that are no object", SigningKey.of(key).sign("at+jwt", "[]".getBytes(UTF_8)));
    tokens.forEach((what, token) ->
        assertThatThrownBy(() -> verification.verify(token, keys))
            .as(what)
            .isInstanceOfSatisfying(
                OAuthException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN)));
  }

  @Test
  void a_scope_outside_the_grammar_makes_the_token_invalid() {
    JWTClaimsSet claims = verification.verify(token(with("scope", "a\"b")), keys);
    assertThatThrownBy(() -> AccessTokenClaims.of(claims))
        .isInstanceOfSatisfying(
            OAuthException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN));
  }

  @Test
  void a_key_for_encryption_or_another_algorithm_verifies_nothing() {
    ECKey encryption = new ECKey.Builder(key.toPublicJWK()).keyUse(KeyUse.ENCRYPTION).build();
    ECKey other = new ECKey.Builder(key.toPublicJWK()).algorithm(JWSAlgorithm.ES384).build();
    for (ECKey unfit : List.of(encryption, other)) {
      assertThatThrownBy(() -> verification.verify(token(claims()), kid -> List.of(unfit)))
          .isInstanceOf(OAuthException.class);
    }
  }

  @Test
  void of_many_keys_without_a_name_only_so_many_are_tried() {
    List<JWK> others = new ArrayList<>();
    for (int i = 0; i < JwtVerification.MAX_TRIED; i++) {
      others.add(ecKey("other").toPublicJWK());
    }
    String token = token(claims());
    List<JWK> last = new ArrayList<>(others.subList(1, others.size()));
    last.add(key.toPublicJWK());
    assertThat(verification.verify(token, kid -> last)).isNotNull();

    others.add(key.toPublicJWK());
    assertThatThrownBy(() -> verification.verify(token, kid -> others))
        .isInstanceOf(OAuthException.class);
  }

  @Test
  void an_rsa_key_has_a_size_and_an_exponent_that_verify_quickly() throws Exception {
    RSAKey usual = new RSAKeyGenerator(2048).generate().toPublicJWK();
    assertThat(JwtVerification.isUsable(usual)).isTrue();
    BigInteger modulus = usual.getModulus().decodeToBigInteger();
    for (BigInteger exponent :
        List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.TWO,
            BigInteger.ONE.shiftLeft(32).add(BigInteger.ONE),
            modulus.subtract(BigInteger.TWO))) {
      assertThat(JwtVerification.isUsable(rsa(modulus, exponent))).as("%x", exponent).isFalse();
    }
    BigInteger usualExponent = BigInteger.valueOf(65537);
    for (int bits : new int[] {512, 1024, 2047, 8193, 16384, 100_000}) {
      BigInteger other = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
      assertThat(JwtVerification.isUsable(rsa(other, usualExponent))).as("%d bits", bits).isFalse();
    }
    assertThat(JwtVerification.isUsable(rsa(modulus, BigInteger.valueOf(3)))).isTrue();
    assertThat(
            JwtVerification.isUsable(
                rsa(BigInteger.ONE.shiftLeft(8191).add(BigInteger.ONE), usualExponent)))
        .isTrue();
  }

  private static RSAKey rsa(BigInteger modulus, BigInteger exponent) {
    return new RSAKey.Builder(Base64URL.encode(modulus), Base64URL.encode(exponent)).build();
  }

  @Test
  void symmetric_algorithms_cannot_even_be_allowed() {
    for (String algorithm : List.of("none", "HS256")) {
      assertThatThrownBy(() ->
              new JwtVerification(
                  Set.of("at+jwt"),
                  Set.of(algorithm),
                  "https://as.example",
                  Set.of("a"),
                  Clock.systemUTC(),
                  Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private String token(Map<String, Object> claims) {
    return SigningKey.of(key).sign("at+jwt", Json.bytes(claims));
  }

  private static Map<String, Object> claims() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", "https://as.example");
    claims.put("sub", "alice");
    claims.put("aud", "https://mcp.example/mcp");
    claims.put("client_id", "c");
    claims.put("scope", "a b");
    claims.put("jti", "j");
    claims.put("iat", NOW.getEpochSecond());
    claims.put("exp", NOW.plusSeconds(60).getEpochSecond());
    claims.put("groups", List.of("front-desk"));
    return claims;
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> claims = claims();
    if (value == null) {
      claims.remove(name);
    } else {
      claims.put(name, value);
    }
    return claims;
  }

  private static String swapPayload(String token, byte[] payload) {
    String[] parts = token.split("\\.");
    return parts[0]
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(payload)
        + "."
        + parts[2];
  }

  private static String unsigned() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(UTF_8))
        + "."
        + base64.encodeToString(Json.bytes(claims()))
        + ".";
  }

  private String hmacWithPublicKey() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("k1")
                .build(),
            JWTClaimsSet.parse(Json.write(claims())));
    jwt.sign(new MACSigner(key.toECPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private static ECKey ecKey(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
