package dev.latchstring.oauth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The examples that the specifications print, on the path that tokens take. None of them is an
 * access token, so each is refused in the end: those that are well signed for what their claims
 * lack, which is checked after the signature; a changed one for its signature.
 */
class PublishedVectorsTest {
  /** Before the {@code exp} of RFC 7515's examples. */
  private static final Instant THEN = Instant.ofEpochSecond(1_300_819_300);

  private static final Set<String> ASYMMETRIC =
      Set.of("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  record Vector(String section, String alg, JsonNode key, String jws, String refused) {
    JWK jwk() throws Exception {
      return JWK.parse(Json.write(key));
    }

    @Override
    public String toString() {
      return section + " " + alg;
    }
  }

  record Vectors(String source, List<Vector> vectors) {}

  static Stream<Vector> signed() throws IOException {
    return all().filter(vector -> vector.refused == null);
  }

  static Stream<Vector> refused() throws IOException {
    return all().filter(vector -> vector.refused != null);
  }

  private static Stream<Vector> all() throws IOException {
    try (InputStream in = PublishedVectorsTest.class.getResourceAsStream("jws-vectors.json")) {
      return Json.read(in.readAllBytes(), Vectors.class).vectors().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("signed")
  void a_published_signature_is_verified(Vector vector) throws Exception {
    assertThat(refusal(vector.jws, vector.jwk(), Set.of(vector.alg)))
        .isIn("the token is for another audience", "the token's claims are not a JSON object");
  }

  @ParameterizedTest
  @MethodSource("signed")
  void any_change_to_it_is_noticed(Vector vector) throws Exception {
    String[] parts = vector.jws.split("\\.");
    for (String changed :
        List.of(
            parts[0] + "." + flipped(parts[1]) + "." + parts[2],
            parts[0] + "." + parts[1] + "." + flipped(parts[2]),
            parts[0] + "." + parts[1] + "." + parts[2].substring(4),
            parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()))) {
      assertThat(refusal(changed, vector.jwk(), Set.of(vector.alg)))
          .isEqualTo("the token is not signed by a key of its issuer");
    }
  }

  @ParameterizedTest
  @MethodSource("signed")
  void it_is_refused_where_its_algorithm_is_not_allowed(Vector vector) throws Exception {
    Set<String> others = new java.util.HashSet<>(ASYMMETRIC);
    others.remove(vector.alg);
    assertThat(refusal(vector.jws, vector.jwk(), others))
        .startsWith("the token's alg must be one of");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void a_shared_secret_no_signature_and_another_form_are_refused(Vector vector) throws Exception {
    assertThat(refusal(vector.jws, vector.jwk(), ASYMMETRIC))
        .startsWith(
            vector.refused.equals("alg")
                ? "the token's alg must be one of"
                : "the token is not a signed JWT");
  }

  /** RFC 7638 §3.1. */
  @Test
  void the_thumbprint_of_the_published_key_is_the_published_one() throws Exception {
    RSAKey key =
        RSAKey.parse(
            """
            {"kty":"RSA","alg":"RS256","kid":"2011-04-29","e":"AQAB",
             "n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}
            """);
    assertThat(key.computeThumbprint().toString())
        .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  }

  private static String refusal(String jws, JWK key, Set<String> algorithms) {
    JwtVerification verification =
        new JwtVerification(
            Set.of("", "jwt"),
            algorithms,
            "joe",
            Set.of("https://mcp.example/mcp"),
            Clock.fixed(THEN, ZoneOffset.UTC),
            Duration.ZERO);
    OAuthException refusal =
        catchThrowableOfType(
            OAuthException.class, () -> verification.verify(jws, kid -> List.of(key)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_TOKEN);
    return refusal.description();
  }

  private static String flipped(String base64) {
    return (base64.charAt(0) == 'A' ? 'B' : 'A') + base64.substring(1);
  }
}
