package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.oauth.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that must not be believed. Each row is one way to cheat. */
class TokenAttackTest {
  private static Scene scene;

  @BeforeAll
  static void open() {
    scene = Scene.open();
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tokens")
  void a_token_is_refused(String why, Function<Scene, String> token) {
    Http.Answer answer = scene.send(token.apply(scene), call("find_appointments"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().error()).isEqualTo("invalid_token");
    assertThat(answer.challenge().errorDescription()).isNotBlank();
    assertThat(answer.challenge().resourceMetadata()).isNotNull();
    assertThat(answer.challenge().scope()).isEqualTo("clinic:read");
    assertThat(scene.servlet.received).isEmpty();
  }

  static Stream<Arguments> tokens() {
    return Stream.of(
        row("for another audience", s -> token(s, "aud", "http://localhost:1/mcp")),
        row("for no audience", s -> token(s, "aud", null)),
        row("for a longer audience", s -> token(s, "aud", s.server.resource() + "/more")),
        row("for the origin alone", s -> token(s, "aud", s.server.uri("/").toString())),
        row("of another issuer", s -> token(s, "iss", "https://login.example")),
        row("of the issuer with a slash", s -> token(s, "iss", s.issuer.url() + "/")),
        row("of no issuer", s -> token(s, "iss", null)),
        row("without a subject", s -> token(s, "sub", null)),
        row("without a client", s -> token(s, "client_id", null)),
        row("without an identifier", s -> token(s, "jti", null)),
        row("without an expiry", s -> token(s, "exp", null)),
        row("expired", s -> token(s, "exp", now(s) - 31)),
        row("not yet valid", s -> token(s, "nbf", now(s) + 31)),
        row("issued in the future", s -> token(s, "iat", now(s) + 31)),
        row("bound to a key", s -> token(s, "cnf", Map.of("jkt", "abc"))),
        row("with a scope that is no text", s -> token(s, "scope", List.of("clinic:read"))),
        row("with a scope that is none", s -> token(s, "scope", "clinic:read \"")),
        row("of type JWT", s -> s.issuer.jwt(s.key, "JWT", claims(s))),
        row("of type logout+jwt", s -> s.issuer.jwt(s.key, "logout+jwt", claims(s))),
        row("with alg none", s -> unsigned(s, "none", "")),
        row("with alg none and a signature", s -> unsigned(s, "none", ".AAAA")),
        row("with the public key as HMAC secret", TokenAttackTest::hmacWithPublicKey),
        row("by a key of its own", s -> s.issuer.jwt(strangersKey("mine"), claims(s))),
        row("by a key with a known name", s -> s.issuer.jwt(strangersKey("ec-1"), claims(s))),
        row("named after a key of another kind", TokenAttackTest::ecNamedAsRsa),
        row("carrying its own key", TokenAttackTest::withEmbeddedKey),
        row("with other claims under the signature", TokenAttackTest::tampered),
        row("cut short", s -> cut(s.token("clinic:read"))),
        row("with one part", s -> "clinic"),
        row("with five parts", s -> "eyJ.e30.e30.e30.e30"),
        row("of 17,000 characters", s -> token(s, "x", "x".repeat(12_000))));
  }

  private static Arguments row(String why, Function<Scene, String> token) {
    return arguments(why, token);
  }

  private static long now(Scene scene) {
    return scene.clock.instant().getEpochSecond();
  }

  private static Map<String, Object> claims(Scene scene) {
    return scene.issuer.claims(scene.server.resource(), "alice", "clinic:read");
  }

  private static String token(Scene scene, String claim, Object value) {
    return scene.token("clinic:read", with(claim, value));
  }

  private static String base64(Object json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
  }

  private static String unsigned(Scene scene, String alg, String rest) {
    return base64(Map.of("alg", alg, "typ", "at+jwt", "kid", "ec-1"))
        + "."
        + base64(claims(scene))
        + (rest.isEmpty() ? "." : rest);
  }

  private static String hmacWithPublicKey(Scene scene) {
    try {
      JWSObject jwt =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.HS256)
                  .type(new JOSEObjectType("at+jwt"))
                  .keyID("rsa-1")
                  .build(),
              new Payload(Json.write(claims(scene))));
      jwt.sign(new MACSigner(scene.rsaKey.toRSAPublicKey().getEncoded()));
      return jwt.serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey strangersKey(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String ecNamedAsRsa(Scene scene) {
    return scene.issuer.jwt(strangersKey("rsa-1"), claims(scene));
  }

  private static String withEmbeddedKey(Scene scene) {
    try {
      ECKey key = strangersKey("mine");
      JWSObject jwt =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(new JOSEObjectType("at+jwt"))
                  .jwk(key.toPublicJWK())
                  .build(),
              new Payload(Json.write(claims(scene))));
      jwt.sign(new com.nimbusds.jose.crypto.ECDSASigner(key));
      return jwt.serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String tampered(Scene scene) {
    String[] parts = scene.token("openid").split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    String better = claims.replace("openid", "clinic:read");
    return parts[0]
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(better.getBytes(UTF_8))
        + "."
        + parts[2];
  }

  private static String cut(String token) {
    return token.substring(0, token.length() - 10);
  }

  @Test
  void a_good_token_of_either_algorithm_is_believed_within_the_skew() {
    try (Scene own = Scene.open()) {
      assertThat(own.send(token(own, "exp", now(own) - 29), call("find_appointments")).status())
          .isEqualTo(200);
      assertThat(own.send(token(own, "nbf", now(own) + 29), call("find_appointments")).status())
          .isEqualTo(200);
      assertThat(
              own.send(own.issuer.jwt(own.rsaKey, claims(own)), call("find_appointments")).status())
          .isEqualTo(200);
      String severalAudiences =
          token(own, "aud", List.of("https://other.example", own.server.resource()));
      assertThat(own.send(severalAudiences, call("find_appointments")).status()).isEqualTo(200);
      String fullType = own.issuer.jwt(own.key, "application/at+jwt", claims(own));
      assertThat(own.send(fullType, call("find_appointments")).status()).isEqualTo(200);
    }
  }

  @Test
  void what_was_verified_once_ends_with_the_token() {
    try (Scene own = Scene.open()) {
      String token = own.token("clinic:read");
      assertThat(own.send(token, call("find_appointments")).status()).isEqualTo(200);

      own.clock.advance(java.time.Duration.ofSeconds(631));

      assertThat(own.send(token, call("find_appointments")).status()).isEqualTo(401);
    }
  }

  @Test
  void an_algorithm_can_be_ruled_out() {
    try (Scene own = Scene.open(verifier -> verifier.algorithms("ES256"), filter -> filter)) {
      String rsa = own.issuer.jwt(own.rsaKey, claims(own));

      assertThat(own.send(rsa, call("find_appointments")).status()).isEqualTo(401);
      assertThat(own.send(own.token("clinic:read"), call("find_appointments")).status())
          .isEqualTo(200);
    }
  }

  @Test
  void an_issuer_that_claims_to_be_another_is_not_believed() {
    try (Scene own = Scene.open()) {
      own.issuer.claimToBe("https://login.example");

      Http.Answer answer = own.send(own.token("clinic:read"), call("find_appointments"));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.json().path("error").asString()).isEqualTo("temporarily_unavailable");
      assertThat(answer.header("Retry-After")).isNotNull();
    }
  }
}
