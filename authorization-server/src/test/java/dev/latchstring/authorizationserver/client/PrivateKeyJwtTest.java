package dev.latchstring.authorizationserver.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.Together;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RFC 7523 §2.2 and §3: clients that sign, with keys by value and by address. */
class PrivateKeyJwtTest {
  private static final AtomicReference<JWKSet> PUBLISHED = new AtomicReference<>();
  private static final AtomicInteger FETCHES = new AtomicInteger();
  private static ECKey key;
  private static RSAKey rsa;
  private static HttpServer keyHost;
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    rsa = new RSAKeyGenerator(2048).keyID("r1").generate();
    keyHost = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    keyHost.createContext(
        "/jwks",
        exchange -> {
          FETCHES.incrementAndGet();
          byte[] body = PUBLISHED.get().toString(true).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    keyHost.start();
    server =
        RunningServer.start(
            """
            clients:
              - client_id: signer
                jwks: %s
                grant_types: [client_credentials]
                scope: "a"
              - client_id: rsa-signer
                jwks: %s
                token_endpoint_auth_signing_alg: PS256
                grant_types: [client_credentials]
              - client_id: fetched
                jwks_uri: http://localhost:%d/jwks
                grant_types: [client_credentials]
              - client_id: secretive
                client_secret: "secretive-0123456789"
            """
                .formatted(
                    new JWKSet(key.toPublicJWK()).toString(),
                    new JWKSet(rsa.toPublicJWK()).toString(),
                    keyHost.getAddress().getPort()));
  }

  @AfterAll
  static void stop() {
    server.close();
    keyHost.stop(0);
  }

  private static JWTClaimsSet.Builder claims(String client) {
    Instant now = server.clock().instant();
    return new JWTClaimsSet.Builder()
        .issuer(client)
        .subject(client)
        .audience(server.issuer())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(60)))
        .jwtID(UUID.randomUUID().toString());
  }

  private static String sign(JWTClaimsSet claims) throws Exception {
    return sign(claims, key, null);
  }

  private static String sign(JWTClaimsSet claims, ECKey with, String type) throws Exception {
    JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(with.getKeyID());
    SignedJWT jwt =
        new SignedJWT(
            (type == null ? header : header.type(new JOSEObjectType(type))).build(), claims);
    jwt.sign(new ECDSASigner(with));
    return jwt.serialize();
  }

  private static Answer present(String assertion, String... more) {
    var form =
        RunningServer.form(
            "grant_type",
            "client_credentials",
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion",
            assertion);
    form.putAll(RunningServer.form(more));
    return server.postRaw("/token", dev.latchstring.oauth.FormParameters.encode(form));
  }

  private static void refused(String assertion) {
    assertThat(present(assertion).outcome()).isEqualTo("401 invalid_client");
  }

  @Test
  void a_signed_assertion_proves_the_client() throws Exception {
    Answer answer = present(sign(claims("signer").build()));

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("a");
    assertThat(present(sign(claims("signer").build(), key, "client-authentication+jwt")).status())
        .isEqualTo(200);
    assertThat(present(sign(claims("signer").build(), key, "JWT"), "client_id", "signer").status())
        .isEqualTo(200);
  }

  @Test
  void an_assertion_is_used_once_even_at_the_same_moment() throws Exception {
    String assertion = sign(claims("signer").build());

    List<Answer> answers = Together.run(6, () -> present(assertion));

    assertThat(answers.stream().filter(a -> a.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(a -> a.status() != 200))
        .hasSize(5)
        .allMatch(a -> a.outcome().equals("401 invalid_client"));
  }

  @Test
  void an_assertion_made_for_somebody_else_is_refused() throws Exception {
    refused(sign(claims("signer").audience("https://elsewhere.example").build()));
    refused(sign(claims("signer").audience(server.issuer() + "/token").build()));
    refused(
        sign(claims("signer").audience(List.of(server.issuer(), "https://other.example")).build()));
    refused(sign(claims("signer").audience((String) null).build()));
  }

  @Test
  void an_assertion_has_a_short_life_and_an_identifier() throws Exception {
    Instant now = server.clock().instant();
    refused(sign(claims("signer").expirationTime(null).build()));
    refused(sign(claims("signer").expirationTime(Date.from(now.minusSeconds(31))).build()));
    refused(sign(claims("signer").expirationTime(Date.from(now.plusSeconds(700))).build()));
    refused(sign(claims("signer").notBeforeTime(Date.from(now.plusSeconds(60))).build()));
    refused(sign(claims("signer").issueTime(Date.from(now.plusSeconds(60))).build()));
    refused(sign(claims("signer").jwtID(null).build()));
    refused(sign(claims("signer").jwtID("x".repeat(300)).build()));
  }

  @Test
  void an_assertion_of_another_key_type_or_client_is_refused() throws Exception {
    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    refused(sign(claims("signer").build(), stranger, null));
    refused(sign(claims("signer").build(), key, "at+jwt"));
    refused(new PlainJWT(claims("signer").build()).serialize());
    refused(sign(claims("signer").issuer("fetched").build()));
    refused(sign(claims("signer").subject("nobody").build()));
    refused(sign(claims("secretive").build()));
    refused("x".repeat(20_000) + ".a.b");
    assertThat(present(sign(claims("signer").build()), "client_id", "fetched").outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void a_client_registered_for_one_algorithm_uses_that_one() throws Exception {
    for (var expected :
        List.of(JWSAlgorithm.PS256, JWSAlgorithm.RS256)) {
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(expected).keyID("r1").build(), claims("rsa-signer").build());
      jwt.sign(new RSASSASigner(rsa));
      assertThat(present(jwt.serialize()).status())
          .isEqualTo(expected.equals(JWSAlgorithm.PS256) ? 200 : 401);
    }
  }

  @Test
  void keys_at_an_address_are_fetched_kept_and_fetched_again_for_a_new_key() throws Exception {
    ECKey first = new ECKeyGenerator(Curve.P_256).keyID("f1").generate();
    ECKey second = new ECKeyGenerator(Curve.P_256).keyID("f2").generate();
    PUBLISHED.set(new JWKSet(first));
    assertThat(present(sign(claims("fetched").build(), first, null)).status()).isEqualTo(200);
    assertThat(present(sign(claims("fetched").build(), first, null)).status()).isEqualTo(200);
    assertThat(FETCHES.get()).isEqualTo(1);

    // A new key at once after a fetch is not believed to be there: nobody can make us fetch.
    PUBLISHED.set(new JWKSet(List.of(first, second)));
    assertThat(present(sign(claims("fetched").build(), second, null)).status()).isEqualTo(401);
    assertThat(FETCHES.get()).isEqualTo(1);

    server.clock().advance(Duration.ofSeconds(31));
    assertThat(present(sign(claims("fetched").build(), second, null)).status()).isEqualTo(200);
    assertThat(FETCHES.get()).isEqualTo(2);
  }
}
