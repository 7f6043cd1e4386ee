package dev.latchstring.authorizationserver.assertion;

import static dev.latchstring.authorizationserver.assertion.WorkloadScene.DEPLOYER;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7523 §3 and RFC 8725: tokens of a platform that nobody must believe. */
class ForgedWorkloadTest {
  private static WorkloadScene scene;

  @BeforeAll
  static void start() {
    scene = new WorkloadScene();
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  private static Map<String, String> refusals() throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("another issuer", with(c -> c.issuer("https://elsewhere.example")));
    all.put("the issuer with a slash", with(c -> c.issuer(scene.platform.issuer() + "/")));
    all.put("this server as issuer", with(c -> c.issuer(scene.server.issuer())));
    all.put("no issuer", with(c -> c.issuer(null)));
    all.put("no subject", with(c -> c.subject(null)));
    all.put("an empty subject", with(c -> c.subject("")));
    all.put("a subject that is not covered", with(c -> c.subject(DEPLOYER + "2")));
    all.put("the pattern itself", with(c -> c.subject("system:serviceaccount:agents:*")));
    all.put("a subject of 600 characters", with(c -> c.subject("x".repeat(600))));
    all.put("no audience", with(c -> c.audience((String) null)));
    all.put("another audience", with(c -> c.audience("https://elsewhere.example")));
    all.put("our issuer with a slash", with(c -> c.audience(scene.server.issuer() + "/")));
    all.put(
        "two audiences",
        with(c -> c.audience(List.of(scene.server.issuer(), "https://other.example"))));
    all.put(
        "two audiences of ours",
        with(c -> c.audience(List.of(scene.server.issuer(), scene.server.issuer() + "/token"))));
    all.put(
        "our issuer twice",
        with(c -> c.audience(List.of(scene.server.issuer(), scene.server.issuer()))));
    all.put("no expiry", with(c -> c.expirationTime(null)));
    all.put("expired", with(c -> c.expirationTime(Date.from(scene.now()))));
    all.put("far away", with(c -> c.expirationTime(Date.from(scene.now().plusSeconds(90_000)))));
    all.put("issued long ago", with(c -> c.issueTime(Date.from(scene.now().minusSeconds(90_000)))));
    all.put("issued in the future", with(c -> c.issueTime(Date.from(scene.now().plusSeconds(60)))));
    all.put("not valid yet", with(c -> c.notBeforeTime(Date.from(scene.now().plusSeconds(60)))));
    all.put("an expiry that is a text", with(c -> c.claim("exp", "tomorrow")));
    all.put("a tenant that nobody named", with(c -> c.claim("tenant", "acme")));
    all.put("an id token", with(c -> c.claim("nonce", "n")));
    all.put("an id token with a hash", with(c -> c.claim("at_hash", "h")));
    all.put("bound to a key", with(c -> c.claim("cnf", Map.of("jkt", "x"))));
    all.put("an access token", scene.platform.sign(scene.deployer(), "at+jwt"));
    all.put(
        "a client's assertion", scene.platform.sign(scene.deployer(), "client-authentication+jwt"));
    all.put("a proof", scene.platform.sign(scene.deployer(), "dpop+jwt"));
    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    all.put("another key", TestIssuer.sign(stranger, null, scene.deployer().build()));
    all.put(
        "another issuer's key", TestIssuer.sign(scene.once.key, null, scene.deployer().build()));
    all.put("unsigned", new PlainJWT(scene.deployer().build()).serialize());
    all.put("signed with the public key as a secret", hmac());
    all.put("a critical header", critical());
    all.put(
        "a repeated claim",
        raw(
            "{\"iss\":\"%s\",\"sub\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"exp\":%d}"
                .formatted(
                    scene.platform.issuer(),
                    "x",
                    DEPLOYER,
                    scene.server.issuer(),
                    scene.now().getEpochSecond() + 60)));
    all.put("deeply nested", raw("{\"a\":" + "[".repeat(4000) + "]".repeat(4000) + "}"));
    all.put("not an object", raw("[]"));
    all.put("not JSON", raw("hello"));
    all.put("huge", with(c -> c.claim("x", "x".repeat(16_000))));
    all.put("no JWT at all", "hello");
    all.put("two parts", "a.b");
    all.put("five parts", "a.b.c.d.e");
    return all;
  }

  private static String with(UnaryOperator<JWTClaimsSet.Builder> change) {
    return scene.platform.sign(change.apply(scene.deployer()), null);
  }

  private static String raw(String payload) throws Exception {
    JWSObject jws =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(), new Payload(payload));
    jws.sign(new ECDSASigner(scene.platform.key));
    return jws.serialize();
  }

  private static String hmac() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
            scene.deployer().build());
    jwt.sign(new MACSigner(scene.platform.key.toECPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private static String critical() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("k1")
                .type(JOSEObjectType.JWT)
                .criticalParams(java.util.Set.of("x"))
                .customParam("x", 1)
                .build(),
            scene.deployer().build());
    jwt.sign(new ECDSASigner(scene.platform.key));
    return jwt.serialize();
  }

  static Stream<Arguments> refused() throws Exception {
    return refusals().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(String what, String assertion) {
    Answer answer = scene.present(assertion);

    assertThat(answer.outcome()).as(what).isEqualTo("400 invalid_grant");
    assertThat(answer.body()).doesNotContain(assertion);
  }
}
