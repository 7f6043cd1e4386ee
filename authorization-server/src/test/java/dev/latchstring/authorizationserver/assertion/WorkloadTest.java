package dev.latchstring.authorizationserver.assertion;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static dev.latchstring.authorizationserver.assertion.WorkloadScene.JWT_BEARER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** RFC 7523 §2.1 and §3, MCP workload identity federation: a platform's token for one of ours. */
class WorkloadTest {
  private static WorkloadScene scene;

  @BeforeAll
  static void start() {
    scene = new WorkloadScene();
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  private static JsonNode payload(Answer answer) {
    String[] parts = answer.text("access_token").split("\\.", -1);
    return Json.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
  }

  @Test
  void a_workload_without_a_client_gets_what_its_rule_says() {
    Answer answer = scene.present(scene.platform.sign(scene.deployer(), null), "resource", CLINIC);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("clinic:read clinic:write");
    assertThat(answer.json().has("refresh_token")).isFalse();
    assertThat(answer.json().has("issued_token_type")).isFalse();
    JsonNode token = payload(answer);
    assertThat(token.path("sub").asString()).isEqualTo("ci-deployer");
    assertThat(token.path("client_id").asString()).isEqualTo("ci-deployer");
    assertThat(token.path("aud").asString()).isEqualTo(CLINIC);
    assertThat(token.path("groups").get(0).asString()).isEqualTo("ci");
    assertThat(token.has("grant_id")).isFalse();
    assertThat(scene.server.introspect(answer.text("access_token")).path("active").asBoolean())
        .isTrue();
  }

  @Test
  void the_token_endpoint_is_an_audience_too_and_less_may_be_asked_for() {
    Answer answer =
        scene.present(
            scene.platform.sign(scene.deployer().audience(scene.server.issuer() + "/token"), "JWT"),
            "scope",
            "clinic:read");

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("clinic:read");
  }

  @Test
  void a_token_of_a_platform_is_accepted_as_long_as_it_lives_and_no_token_outlives_it() {
    String projected =
        scene.platform.sign(
            scene.deployer().expirationTime(Date.from(scene.now().plusSeconds(90))), null);

    assertThat(scene.present(projected).json().path("expires_in").asInt()).isEqualTo(90);
    assertThat(scene.present(projected).outcome()).isEqualTo("200");
    assertThat(
            scene
                .present(scene.platform.sign(scene.deployer(), null))
                .json()
                .path("expires_in")
                .asInt())
        .isEqualTo(600);
  }

  @Test
  void a_pattern_covers_many_and_asks_for_nested_claims() {
    JWTClaimsSet.Builder agent =
        scene
            .claims(scene.platform, "system:serviceaccount:agents:a1")
            .claim("kubernetes.io", Map.of("namespace", "agents"));
    Answer answer = scene.present(scene.platform.sign(agent, null), "resource", VAULT);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("vault:open");
    JsonNode opaque = scene.server.introspect(answer.text("access_token"));
    assertThat(opaque.path("sub").asString())
        .isEqualTo(scene.platform.issuer() + "#system:serviceaccount:agents:a1");

    assertThat(scene.present(scene.platform.sign(agent, null)).outcome())
        .as("two resources, none named")
        .isEqualTo("400 invalid_target");
    assertThat(
            scene
                .present(
                    scene.platform.sign(
                        scene
                            .claims(scene.platform, "system:serviceaccount:agents:a1")
                            .claim("kubernetes.io", Map.of("namespace", "other")),
                        null),
                    "resource",
                    VAULT)
                .outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_named_client_is_registered_and_bounds_the_scope() {
    assertThat(
            scene
                .present(scene.platform.sign(scene.deployer(), null), "client_id", "wif-workload")
                .text("scope"))
        .isEqualTo("clinic:read");
    assertThat(
            scene
                .present(scene.platform.sign(scene.deployer(), null), "client_id", "nobody")
                .outcome())
        .isEqualTo("401 invalid_client");
    assertThat(
            scene.present(scene.platform.sign(scene.deployer(), null), "client_id", "").outcome())
        .isEqualTo("401 invalid_client");
    assertThat(
            scene
                .present(scene.platform.sign(scene.deployer(), null), "client_id", "phone")
                .outcome())
        .isEqualTo("400 unauthorized_client");
    assertThat(
            scene
                .server
                .postAs(
                    "ci-job",
                    "wrong",
                    "/token",
                    "grant_type",
                    JWT_BEARER,
                    "assertion",
                    scene.platform.sign(scene.deployer(), null))
                .outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void more_than_the_rule_says_is_refused() {
    String assertion = scene.platform.sign(scene.deployer(), null);

    assertThat(scene.present(assertion, "resource", VAULT).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(scene.present(assertion, "scope", "clinic:read vault:open").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(scene.present(assertion, "scope", "wif.rejected").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(
            scene
                .server
                .postRaw(
                    "/token",
                    FormParameters.encode(form("grant_type", JWT_BEARER, "assertion", assertion))
                        + "&resource=http://localhost:9100/mcp&resource=http://localhost:9200/mcp")
                .outcome())
        .isEqualTo("400 invalid_target");
  }

  @Test
  void an_assertion_is_named_once_and_is_there() {
    assertThat(scene.server.post("/token", "grant_type", JWT_BEARER).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(
            scene
                .server
                .postRaw(
                    "/token",
                    FormParameters.encode(form("grant_type", JWT_BEARER, "assertion", "a"))
                        + "&assertion=b")
                .outcome())
        .isEqualTo("400 invalid_request");
  }

  private static JWTClaimsSet.Builder job() {
    return scene
        .claims(scene.once, "job")
        .audience("my-audience")
        .expirationTime(Date.from(scene.now().plusSeconds(300)));
  }

  @Test
  void where_a_token_is_for_one_use_one_of_many_at_once_gets_it() throws Exception {
    String assertion = scene.once.sign(job(), null);

    List<Answer> answers =
        Together.run(6, () -> scene.present(assertion, "client_id", "vault-job"));

    assertThat(answers.stream().map(Answer::outcome))
        .containsExactlyInAnyOrder(
            "200",
            "400 invalid_grant",
            "400 invalid_grant",
            "400 invalid_grant",
            "400 invalid_grant",
            "400 invalid_grant");
    assertThat(scene.present(assertion, "client_id", "vault-job").outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_request_that_is_refused_uses_nothing_up() {
    String assertion = scene.once.sign(job(), null);

    assertThat(scene.present(assertion, "client_id", "vault-job", "scope", "clinic:read").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(scene.present(assertion, "client_id", "vault-job").outcome()).isEqualTo("200");
  }

  @Test
  void an_issuer_with_named_clients_wants_one_and_its_own_audience_and_a_jti() {
    assertThat(scene.present(scene.once.sign(job(), null)).outcome())
        .isEqualTo("400 unauthorized_client");
    assertThat(
            scene
                .present(
                    scene.once.sign(job().audience(scene.server.issuer()), null),
                    "client_id",
                    "vault-job")
                .outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(
            scene
                .present(scene.once.sign(job().jwtID(null), null), "client_id", "vault-job")
                .outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(
            scene
                .present(
                    scene.once.sign(
                        job().expirationTime(Date.from(scene.now().plusSeconds(700))), null),
                    "client_id",
                    "vault-job")
                .outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void keys_are_found_by_the_issuers_own_metadata() {
    assertThat(
            scene
                .present(scene.discovered.sign(scene.claims(scene.discovered, "found"), null))
                .outcome())
        .isEqualTo("200");
  }

  @Test
  void made_up_keys_do_not_make_the_server_fetch_and_an_outage_keeps_the_known_ones()
      throws Exception {
    assertThat(scene.present(scene.platform.sign(scene.deployer(), null)).outcome())
        .isEqualTo("200");
    scene.server.clock().advance(Duration.ofSeconds(31));
    int before = scene.platform.fetches.get();
    for (int i = 0; i < 30; i++) {
      ECKey madeUp = new ECKeyGenerator(Curve.P_256).keyID("made-up-" + i).generate();
      assertThat(scene.present(TestIssuer.sign(madeUp, null, scene.deployer().build())).outcome())
          .isEqualTo("400 invalid_grant");
    }
    assertThat(scene.platform.fetches.get() - before).isEqualTo(1);

    scene.platform.status.set(500);
    try {
      scene.server.clock().advance(Duration.ofSeconds(31));
      ECKey madeUp = new ECKeyGenerator(Curve.P_256).keyID("made-up").generate();
      assertThat(scene.present(TestIssuer.sign(madeUp, null, scene.deployer().build())).outcome())
          .isEqualTo("400 invalid_grant");
      assertThat(scene.present(scene.platform.sign(scene.deployer(), null)).outcome())
          .isEqualTo("200");

      scene.server.clock().advance(Duration.ofMinutes(6));
      int failing = scene.platform.fetches.get();
      for (int i = 0; i < 5; i++) {
        assertThat(scene.present(scene.platform.sign(scene.deployer(), null)).outcome())
            .isEqualTo("503 temporarily_unavailable");
      }
      assertThat(scene.platform.fetches.get() - failing).isEqualTo(1);
    } finally {
      scene.platform.status.set(200);
      scene.server.clock().advance(Duration.ofSeconds(31));
    }
    assertThat(scene.present(scene.platform.sign(scene.deployer(), null)).outcome())
        .isEqualTo("200");
  }

  @Test
  void metadata_says_what_is_offered_and_not_by_whom() {
    JsonNode metadata = scene.server.get("/.well-known/oauth-authorization-server").json();

    assertThat(metadata.path("grant_types_supported").toString()).contains(JWT_BEARER);
    assertThat(metadata.path("grant_types_supported").toString()).doesNotContain("token-exchange");
    assertThat(metadata.has("authorization_grant_profiles_supported")).isFalse();
    assertThat(metadata.toString()).doesNotContain(scene.platform.issuer());
  }

  @Test
  void another_client_library_does_it() throws Exception {
    TokenRequest request =
        new TokenRequest(
            URI.create(scene.server.issuer() + "/token"),
            new com.nimbusds.oauth2.sdk.id.ClientID("wif-workload"),
            new JWTBearerGrant(SignedJWT.parse(scene.platform.sign(scene.deployer(), "JWT"))),
            new com.nimbusds.oauth2.sdk.Scope("clinic:read"),
            List.of(URI.create(CLINIC)),
            null,
            null);
    TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());

    assertThat(response.indicatesSuccess()).isTrue();
    AccessTokenResponse success = response.toSuccessResponse();
    assertThat(success.getTokens().getRefreshToken()).isNull();
    assertThat(success.getTokens().getAccessToken().getScope()).hasToString("clinic:read");
  }

  @Test
  void a_server_that_trusts_nobody_does_not_know_the_grant() {
    try (RunningServer bare = RunningServer.start(CLINIC_YAML)) {
      assertThat(bare.post("/token", "grant_type", JWT_BEARER, "assertion", "a.b.c").outcome())
          .isEqualTo("401 invalid_client");
      assertThat(bare.asCiJob("/token", "grant_type", JWT_BEARER, "assertion", "a.b.c").outcome())
          .isEqualTo("400 unsupported_grant_type");
      assertThat(
              bare.get("/.well-known/oauth-authorization-server")
                  .json()
                  .path("grant_types_supported")
                  .toString())
          .doesNotContain("jwt-bearer")
          .doesNotContain("token-exchange");
    }
  }
}
