package dev.latchstring.oauth.dpop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9449 §4.3: each check, and each way around it. */
class DpopVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final TargetUri TOKEN = TargetUri.of("https://server.example.com/token");
  private static final String ACCESS_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
  private static final ECKey EC = ec(Curve.P_256);
  private static final RSAKey RSA = rsa(2048);

  private final DpopVerifier verifier = new DpopVerifier(CLOCK, null);

  private static ECKey ec(Curve curve) {
    try {
      return new ECKeyGenerator(curve).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey rsa(int bits) {
    try {
      return new RSAKeyGenerator(bits, true).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProofMaker good() {
    return new ProofMaker(EC, JWSAlgorithm.ES256, NOW.getEpochSecond());
  }

  private static String jkt(JWK key) {
    try {
      return key.computeThumbprint().toString();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private DpopProof verify(String proof) {
    return verifier.verify(List.of(proof), "POST", TOKEN, null);
  }

  private static void refused(Supplier<DpopProof> check, ErrorCode code) {
    assertThatExceptionOfType(OAuthException.class)
        .isThrownBy(check::get)
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(code);
          assertThat(e.description()).startsWith("the DPoP proof ");
        });
  }

  @Test
  void a_good_proof_names_its_key_and_how_long_it_must_be_remembered() {
    DpopProof proof = verify(good().make());

    assertThat(proof.keyThumbprint()).isEqualTo(jkt(EC));
    assertThat(proof.isOf(jkt(EC))).isTrue();
    assertThat(proof.isOf(jkt(RSA))).isFalse();
    assertThat(proof.jwtId()).isEqualTo("id-1");
    assertThat(proof.rememberUntil()).isEqualTo(NOW.plusSeconds(360));
    assertThat(proof.nextNonce()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"ES256,P-256", "ES384,P-384", "ES512,P-521"})
  void every_curve_has_its_algorithm(String alg, String curve) {
    ECKey key = ec(Curve.parse(curve));

    DpopProof proof =
        verify(new ProofMaker(key, JWSAlgorithm.parse(alg), NOW.getEpochSecond()).make());

    assertThat(proof.keyThumbprint()).isEqualTo(jkt(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256"})
  void an_rsa_key_signs_either_way(String alg) {
    DpopProof proof =
        verify(new ProofMaker(RSA, JWSAlgorithm.parse(alg), NOW.getEpochSecond()).make());

    assertThat(proof.keyThumbprint()).isEqualTo(jkt(RSA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void an_edwards_key_signs_under_its_old_and_its_new_name(String alg) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    ProofMaker maker =
        good()
            .header("alg", alg)
            .header("jwk", Map.of("kty", "OKP", "crv", "Ed25519", "x", ProofMaker.base64(x)));
    String input = maker.make();
    input = input.substring(0, input.lastIndexOf('.'));
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(input.getBytes(StandardCharsets.US_ASCII));

    String proof = input + "." + ProofMaker.base64(signer.sign());

    assertThat(verify(proof).keyThumbprint())
        .isEqualTo(
            jkt(JWK.parse(Map.of("kty", "OKP", "crv", "Ed25519", "x", ProofMaker.base64(x)))));
    refused(() -> verify(changed(proof)), ErrorCode.INVALID_DPOP_PROOF);
  }

  @Test
  void the_examples_of_the_specification_pass_and_have_its_thumbprint() {
    String header =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik"
            + "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR"
            + "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE"
            + "QSIsImNydiI6IlAtMjU2In19.";
    String figure2 =
        header
            + "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj"
            + "oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia"
            + "WF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg"
            + "4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    String figure7 =
        header
            + "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj"
            + "oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia"
            + "WF0IjoxNTYyMjY1Mjk2fQ.pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5Qs"
            + "GSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA";
    String figure13 =
        header
            + "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj"
            + "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z"
            + "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
            + "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E"
            + "OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
    TargetUri resource = TargetUri.of("https://resource.example.org/protectedresource");

    assertThat(
            Stream.of(
                    at(1562262616).verify(List.of(figure2), "POST", TOKEN, null),
                    at(1562265296).verify(List.of(figure7), "POST", TOKEN, null),
                    at(1562262618).verify(List.of(figure13), "GET", resource, ACCESS_TOKEN))
                .map(DpopProof::keyThumbprint))
        .containsOnly("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    refused(() -> verify(figure2), ErrorCode.INVALID_DPOP_PROOF);
  }

  private static DpopVerifier at(long second) {
    return new DpopVerifier(Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC), null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void a_proof_is_refused(String why, Supplier<String> proof) {
    refused(() -> verify(proof.get()), ErrorCode.INVALID_DPOP_PROOF);
  }

  static Stream<Arguments> wrong() {
    long now = NOW.getEpochSecond();
    return Stream.of(
        // (2) a single and well-formed JWT
        row("that is empty", () -> ""),
        row("in two parts", () -> "e30.e30"),
        row("in five parts", () -> "e30.e30.e30.e30.e30"),
        row("that is two, in one header", () -> good().make() + ", " + good().make()),
        row("with white space", () -> " " + good().make()),
        row("with padding", () -> good().make() + "=="),
        row("whose header is a list", () -> "W10." + part(good().make(), 1)),
        row("whose claims are no JSON", () -> replaced(good().make(), 1, "bm90IGpzb24")),
        row("that says one thing twice", DpopVerifierTest::twoMethods),
        row("of 8193 characters", () -> good().claim("x", "x".repeat(7000)).make()),
        row("nested 40 deep", () -> good().header("x", nested(40)).make()),
        // (3) all required claims
        row("without jti", () -> good().claim("jti", null).make()),
        row("with an empty jti", () -> good().claim("jti", "").make()),
        row("with a jti of 129", () -> good().claim("jti", "j".repeat(129)).make()),
        row("whose jti is a number", () -> good().claim("jti", 7).make()),
        row("without htm", () -> good().claim("htm", null).make()),
        row("without htu", () -> good().claim("htu", null).make()),
        row("whose htu is a list", () -> good().claim("htu", List.of(TOKEN.normal())).make()),
        row("without iat", () -> good().claim("iat", null).make()),
        row("whose iat is a text", () -> good().claim("iat", "" + now).make()),
        row("whose iat is before time", () -> good().claim("iat", -1).make()),
        row("whose iat is beyond time", () -> good().claim("iat", 1e300).make()),
        row("without jwk", () -> good().header("jwk", null).make()),
        row("whose jwk is a text", () -> good().header("jwk", EC.toJSONString()).make()),
        // (4) typ
        row("without typ", () -> good().header("typ", null).make()),
        row("of type JWT", () -> good().header("typ", "JWT").make()),
        row("of type at+jwt", () -> good().header("typ", "at+jwt").make()),
        // (5) alg
        row("without alg", () -> good().header("alg", null).make()),
        row("with alg none", () -> part(good().header("alg", "none").make(), 0) + ".e30."),
        row("with alg none and a signature", () -> good().header("alg", "none").make()),
        row("with the public key as HMAC secret", DpopVerifierTest::hmac),
        row("with an oct key", () -> good().header("jwk", Map.of("kty", "oct", "k", "AA")).make()),
        row("with alg ES256K", () -> good().header("alg", "ES256K").make()),
        row("with a critical parameter", () -> good().header("crit", List.of("exp")).make()),
        row("with the algorithm of another curve", () -> good().header("alg", "ES384").make()),
        row("with the algorithm of another type", () -> good().header("alg", "RS256").make()),
        row("with another curve's name", () -> jwk("crv", "P-384")),
        row("with a key for encryption", () -> jwk("use", "enc")),
        row("with a key for another algorithm", () -> jwk("alg", "ES384")),
        row("by an RSA key of 1024 bits", () -> signed(rsa(1024), JWSAlgorithm.RS256)),
        row("by an RSA key of 2047 bits", () -> signed(rsa(2047), JWSAlgorithm.RS256)),
        row("by an RSA key of 2040 bits", () -> signed(rsa(2040), JWSAlgorithm.RS256)),
        row("with an endless exponent", DpopVerifierTest::hugeExponent),
        // (6) signature
        row(
            "without a signature",
            () -> part(good().make(), 0) + "." + part(good().make(), 1) + "."),
        row("with a changed signature", () -> changed(good().make())),
        row("with a signature of zeros", () -> replaced(good().make(), 2, "A".repeat(86))),
        row(
            "by another key",
            () -> good().header("jwk", ec(Curve.P_256).toPublicJWK().toJSONObject()).make()),
        row(
            "with other claims",
            () -> replaced(good().make(), 1, part(good().claim("jti", "2").make(), 1))),
        row("with a point that is not on the curve", () -> jwk("x", EC.getY().toString())),
        row("with a coordinate cut short", () -> jwk("x", EC.getX().toString().substring(1))),
        row(
            "with a coordinate spelled loosely",
            () -> jwk("x", "+" + EC.getX().toString().substring(1))),
        // (7) private keys
        row("with its private key", () -> good().header("jwk", EC.toJSONObject()).make()),
        row("with its private RSA key", DpopVerifierTest::privateRsa),
        row("with a private member that is null", () -> jwk("d", "")),
        // (8) and (9) method and address
        row("for GET", () -> good().claim("htm", "GET").make()),
        row("for post", () -> good().claim("htm", "post").make()),
        row("for another path", () -> good().claim("htu", TOKEN.normal() + "s").make()),
        row("for a path below", () -> good().claim("htu", TOKEN.normal() + "/").make()),
        row(
            "for another host",
            () -> good().claim("htu", "https://server.example.org/token").make()),
        row(
            "for another port",
            () -> good().claim("htu", "https://server.example.com:8443/token").make()),
        row("for http", () -> good().claim("htu", "http://server.example.com/token").make()),
        row("for a path", () -> good().claim("htu", "/token").make()),
        row("with a user", () -> good().claim("htu", "https://a@server.example.com/token").make()),
        row(
            "with an encoded slash",
            () -> good().claim("htu", "https://server.example.com/%2Ftoken").make()),
        row("for no address", () -> good().claim("htu", "https://server example.com/token").make()),
        // (11) time
        row("from 301 seconds ago", () -> good().claim("iat", now - 301).make()),
        row("from 301 seconds ahead", () -> good().claim("iat", now + 301).make()),
        row("from a year ahead", () -> good().claim("iat", now + 31_536_000).make()));
  }

  private static Arguments row(String why, Supplier<String> proof) {
    return arguments(why, proof);
  }

  private static String part(String proof, int index) {
    return proof.split("\\.")[index];
  }

  private static String replaced(String proof, int index, String with) {
    String[] parts = proof.split("\\.");
    parts[index] = with;
    return String.join(".", parts);
  }

  private static String changed(String proof) {
    int at = proof.length() - 20;
    return proof.substring(0, at) + (proof.charAt(at) == 'A' ? 'B' : 'A') + proof.substring(at + 1);
  }

  private static String jwk(String member, String value) {
    Map<String, Object> jwk = new LinkedHashMap<>(EC.toPublicJWK().toJSONObject());
    jwk.put(member, value);
    return good().header("jwk", jwk).make();
  }

  private static String signed(JWK key, JWSAlgorithm algorithm) {
    return new ProofMaker(key, algorithm, NOW.getEpochSecond()).make();
  }

  private static String privateRsa() {
    ProofMaker maker = new ProofMaker(RSA, JWSAlgorithm.RS256, NOW.getEpochSecond());
    return maker.header("jwk", RSA.toJSONObject()).make();
  }

  /** A good signature, by a key whose exponent makes each verification slow. */
  private static String hugeExponent() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      BigInteger mersenne = BigInteger.TWO.pow(127).subtract(BigInteger.ONE);
      generator.initialize(new RSAKeyGenParameterSpec(2048, mersenne));
      KeyPair pair = generator.generateKeyPair();
      return signed(
          new RSAKey.Builder((RSAPublicKey) pair.getPublic()).privateKey(pair.getPrivate()).build(),
          JWSAlgorithm.RS256);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String twoMethods() {
    String claims =
        "{\"jti\":\"1\",\"htm\":\"POST\",\"htm\":\"POST\",\"htu\":\"%s\",\"iat\":%d}"
            .formatted(TOKEN.normal(), NOW.getEpochSecond());
    return replaced(good().make(), 1, ProofMaker.base64(claims));
  }

  private static Object nested(int depth) {
    return depth == 0 ? "x" : List.of(nested(depth - 1));
  }

  private static String hmac() {
    try {
      String proof = good().header("alg", "HS256").make();
      String input = proof.substring(0, proof.lastIndexOf('.'));
      return input
          + "."
          + new MACSigner(EC.toECPublicKey().getEncoded())
              .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(StandardCharsets.US_ASCII));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void one_header_is_needed_and_no_more() {
    String proof = good().make();

    refused(() -> verifier.verify(List.of(), "POST", TOKEN, null), ErrorCode.INVALID_DPOP_PROOF);
    refused(
        () -> verifier.verify(List.of(proof, proof), "POST", TOKEN, null),
        ErrorCode.INVALID_DPOP_PROOF);
  }

  @ParameterizedTest
  @ValueSource(longs = {-300, 0, 300})
  void a_proof_may_be_five_minutes_old_or_ahead(long offset) {
    assertThat(verify(good().claim("iat", NOW.getEpochSecond() + offset).make())).isNotNull();
  }

  @Test
  void a_fraction_of_a_second_is_a_time_too() {
    assertThat(verify(good().claim("iat", NOW.getEpochSecond() + 0.5).make())).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://server.example.com/token?a=b",
        "https://server.example.com/token#here",
        "HTTPS://Server.Example.COM:443/token",
        "https://server.example.com/%74oken",
        "https://server.example.com/a/../token",
        "https://server.example.com/./token",
        "https://server.example.com/x/%2e%2e/token"
      })
  void an_address_may_be_spelled_otherwise(String htu) {
    assertThat(verify(good().claim("htu", htu).make())).isNotNull();
  }

  @Test
  void an_address_without_a_path_has_the_empty_one() {
    TargetUri bare = TargetUri.of("http://localhost:8080");

    for (String htu : List.of("http://localhost:8080/", "http://localhost:8080")) {
      String proof = good().claim("htu", htu).make();
      assertThat(verifier.verify(List.of(proof), "POST", bare, null)).isNotNull();
    }
  }

  @Test
  void the_access_token_that_comes_along_is_named_by_its_hash() {
    String hash = Secrets.sha256Base64Url(ACCESS_TOKEN);
    String proof = good().claim("ath", hash).make();
    String without = good().make();

    assertThat(verifier.verify(List.of(proof), "POST", TOKEN, ACCESS_TOKEN)).isNotNull();
    refused(
        () -> verifier.verify(List.of(proof), "POST", TOKEN, ACCESS_TOKEN + "x"),
        ErrorCode.INVALID_DPOP_PROOF);
    refused(
        () -> verifier.verify(List.of(without), "POST", TOKEN, ACCESS_TOKEN),
        ErrorCode.INVALID_DPOP_PROOF);
  }

  @Test
  void what_the_library_makes_passes() {
    SecureRandom random = new SecureRandom();
    for (JWK key : List.of(DpopProofs.newKey(random), named(RSA))) {
      DpopProofs proofs = new DpopProofs(key, CLOCK, random);
      java.net.URI target = java.net.URI.create("https://server.example.com/token?x=y#z");
      String proof = proofs.proof("POST", target, null, ACCESS_TOKEN);

      DpopProof checked = verifier.verify(List.of(proof), "POST", TOKEN, ACCESS_TOKEN);

      assertThat(checked.keyThumbprint()).isEqualTo(proofs.keyThumbprint()).isEqualTo(jkt(key));
      assertThat(proofs.proof("POST", target, null, null)).isNotEqualTo(proof);
      assertThat(proofs.toString()).doesNotContain("\"d\"");
    }
  }

  private static RSAKey named(RSAKey key) {
    return new RSAKey.Builder(key).keyID("rsa").build();
  }
}
