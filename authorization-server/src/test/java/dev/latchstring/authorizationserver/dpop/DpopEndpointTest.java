package dev.latchstring.authorizationserver.dpop;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.FormParameters;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** RFC 9449 §4.3 at the token endpoint, its nonces (§8), and what the server says of itself. */
class DpopEndpointTest {
  private static final String NONCES = "dpop: {nonce_required: true}\n";

  private static RunningServer server;
  private final Prover prover = new Prover(server);

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void a_request_is_refused_with_a_proof(String why, Function<Prover, String> proof) {
    Answer answer = Prover.job(server, "DPoP", proof.apply(prover));

    assertThat(answer.outcome()).isEqualTo("400 invalid_dpop_proof");
    assertThat(answer.text("error_description")).startsWith("the DPoP proof ");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("DPoP-Nonce")).isEmpty();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        row("(1) that is two", p -> p.proof() + ", " + p.proof()),
        row("(2) that is no JWT", p -> "nonsense"),
        row("(3) without jti", p -> made(p, header(p), claims -> claims.jwtID(null))),
        row("(3) without iat", p -> made(p, header(p), claims -> claims.issueTime(null))),
        row("(4) of type JWT", p -> made(p, header(p).type(JOSEObjectType.JWT), claims -> claims)),
        row("(5) with alg none", DpopEndpointTest::unsigned),
        row("(5) with its public key as HMAC secret", DpopEndpointTest::hmac),
        row("(6) by another key", p -> made(new Prover(server), header(p), claims -> claims)),
        row("(7) with its private key", DpopEndpointTest::withPrivateKey),
        row("(8) for GET", p -> p.proof("GET", token(), Duration.ZERO, null)),
        row("(9) for /revoke", p -> p.proof("POST", revoke(), Duration.ZERO, null)),
        row("(11) from an hour ago", p -> p.proof("POST", token(), Duration.ofHours(1), null)),
        row("(11) from an hour ahead", p -> p.proof("POST", token(), Duration.ofHours(-1), null)));
  }

  private static Arguments row(String why, Function<Prover, String> proof) {
    return arguments(why, proof);
  }

  private static String token() {
    return server.issuer() + "/token";
  }

  private static String revoke() {
    return server.issuer() + "/revoke";
  }

  private static JWSHeader.Builder header(Prover prover) {
    return new JWSHeader.Builder(JWSAlgorithm.ES256)
        .type(new JOSEObjectType("dpop+jwt"))
        .jwk(prover.key.toPublicJWK());
  }

  private static String made(
      Prover signer, JWSHeader.Builder header, UnaryOperator<JWTClaimsSet.Builder> changed) {
    try {
      SignedJWT jwt = new SignedJWT(header.build(), changed.apply(claims()).build());
      jwt.sign(new ECDSASigner(signer.key));
      return jwt.serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .jwtID("id-" + System.nanoTime())
        .claim("htm", "POST")
        .claim("htu", token())
        .issueTime(Date.from(server.clock().instant()));
  }

  private static String unsigned(Prover prover) {
    String claims = prover.proof().split("\\.")[1];
    return base64(
            "{\"typ\":\"dpop+jwt\",\"alg\":\"none\",\"jwk\":" + prover.key.toPublicJWK() + "}")
        + "."
        + claims
        + ".AAAA";
  }

  private static String hmac(Prover prover) {
    try {
      JWSHeader header =
          new JWSHeader.Builder(JWSAlgorithm.HS256)
              .type(new JOSEObjectType("dpop+jwt"))
              .jwk(prover.key.toPublicJWK())
              .build();
      SignedJWT jwt = new SignedJWT(header, claims().build());
      jwt.sign(new MACSigner(prover.key.toECPublicKey().getEncoded()));
      return jwt.serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String withPrivateKey(Prover prover) {
    try {
      String input =
          base64("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + prover.key + "}")
              + "."
              + prover.proof().split("\\.")[1];
      return input
          + "."
          + new ECDSASigner(prover.key)
              .sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void two_headers_are_too_many() {
    assertThat(Prover.job(server, "DPoP", prover.proof(), "DPoP", prover.proof()).outcome())
        .isEqualTo("400 invalid_dpop_proof");
  }

  @Test
  void a_nonce_that_nobody_asked_for_changes_nothing() {
    String proof = prover.proof("POST", token(), Duration.ZERO, "from-somewhere-else");

    Answer answer = Prover.job(server, "DPoP", proof);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.header("DPoP-Nonce")).isEmpty();
  }

  @Test
  void the_address_of_a_proof_is_the_public_one_whatever_a_proxy_made_of_it() {
    String issuer = "https://auth.example.com/tenant";
    try (RunningServer behind = RunningServer.start("issuer: " + issuer + "\n" + CLINIC_YAML)) {
      Prover client = new Prover(behind);
      String inside = "http://localhost:" + behind.server().port() + "/tenant/token";

      assertThat(at(behind, client.proof()).outcome()).isEqualTo("200");
      assertThat(at(behind, client.proof("POST", inside, Duration.ZERO, null)).outcome())
          .isEqualTo("400 invalid_dpop_proof");
      String spelledOtherwise = "HTTPS://AUTH.example.com:443/tenant/./token";
      assertThat(at(behind, client.proof("POST", spelledOtherwise, Duration.ZERO, null)).outcome())
          .isEqualTo("200");
    }
  }

  private static Answer at(RunningServer behind, String proof) {
    return behind.postRaw(
        "/tenant/token",
        FormParameters.encode(
            RunningServer.form(
                "grant_type", "client_credentials", "resource", RunningServer.CLINIC)),
        "Authorization",
        RunningServer.basic("ci-job", "ci-job-secret-0123456789"),
        "DPoP",
        proof);
  }

  @Test
  void where_nonces_are_required_a_proof_without_one_is_given_one() {
    try (RunningServer own = RunningServer.start(NONCES + CLINIC_YAML)) {
      Prover client = new Prover(own);
      Answer first = Prover.job(own, "DPoP", client.proof());
      assertThat(first.outcome()).isEqualTo("400 use_dpop_nonce");
      assertThat(first.response().headers().allValues("DPoP-Nonce")).hasSize(1);
      String nonce = first.header("DPoP-Nonce");

      // The client's clock is a year behind: the nonce tells the time.
      String proof = client.proof("POST", own.issuer() + "/token", Duration.ofDays(365), nonce);
      Answer second = Prover.job(own, "DPoP", proof);
      assertThat(second.outcome()).isEqualTo("200");
      assertThat(second.text("token_type")).isEqualTo("DPoP");
      assertThat(second.header("DPoP-Nonce")).isEmpty();
      assertThat(Prover.job(own, "DPoP", proof).outcome()).isEqualTo("400 invalid_dpop_proof");

      own.clock().advance(Duration.ofMinutes(2));
      Answer third = Prover.job(own, "DPoP", with(own, client, nonce));
      assertThat(third.outcome()).isEqualTo("200");
      assertThat(third.header("DPoP-Nonce")).isNotEmpty().isNotEqualTo(nonce);

      own.clock().advance(Duration.ofMinutes(3));
      assertThat(Prover.job(own, "DPoP", proof).outcome()).isEqualTo("400 use_dpop_nonce");
      assertThat(Prover.job(own, "DPoP", with(own, client, nonce)).outcome())
          .isEqualTo("400 use_dpop_nonce");
      assertThat(Prover.job(own, "DPoP", with(own, client, third.header("DPoP-Nonce"))).outcome())
          .isEqualTo("200");

      // Bearer tokens are not concerned.
      assertThat(Prover.job(own).outcome()).isEqualTo("200");
      assertThat(Prover.job(own, "DPoP", "nonsense").header("DPoP-Nonce")).isNotEmpty();
    }
  }

  private static String with(RunningServer own, Prover client, String nonce) {
    return client.proof("POST", own.issuer() + "/token", Duration.ZERO, nonce);
  }

  @Test
  void nodes_of_one_fleet_know_each_others_nonces_and_proofs() {
    DatabaseConfiguration database = DatabaseKind.POSTGRESQL.fresh();
    TestClock clock = new TestClock();
    Path data = RunningServer.directory();
    String yaml = "issuer: https://auth.example.com\n" + NONCES + CLINIC_YAML;
    try (RunningServer one = RunningServer.start(database, yaml, clock, data);
        RunningServer two = RunningServer.start(database, yaml, clock, data)) {
      Prover client = new Prover(one);
      String nonce = Prover.job(one, "DPoP", client.proof()).header("DPoP-Nonce");
      String proof = with(one, client, nonce);

      assertThat(Prover.job(two, "DPoP", proof).outcome()).isEqualTo("200");
      assertThat(Prover.job(one, "DPoP", proof).outcome()).isEqualTo("400 invalid_dpop_proof");
    }
  }

  @Test
  void metadata_names_the_algorithms_and_none_of_them_is_symmetric() {
    JsonNode metadata = server.get("/.well-known/oauth-authorization-server").json();

    List<String> algorithms =
        StreamSupport.stream(
                metadata.path("dpop_signing_alg_values_supported").spliterator(), false)
            .map(JsonNode::asString)
            .toList();

    assertThat(algorithms)
        .containsExactly("ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "RS256");
  }

  @Test
  void a_page_of_another_origin_may_send_proofs_and_read_nonces() {
    Answer preflight =
        server.send(
            server
                .request("/token", "Origin", "https://app.example")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.header("Access-Control-Allow-Headers")).contains("DPoP");

    Answer answer = Prover.job(server, "Origin", "https://app.example");
    assertThat(answer.header("Access-Control-Expose-Headers")).contains("DPoP-Nonce");
  }
}
