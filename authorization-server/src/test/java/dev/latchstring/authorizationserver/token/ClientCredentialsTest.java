package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.oauth.FormParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6749 §4.4 and the phases that every grant shares, over real HTTP. */
@OnEveryDatabase
class ClientCredentialsTest {
  private static RunningServer server;

  ClientCredentialsTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server = RunningServer.start(kind, CLINIC_YAML);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  @Test
  void a_token_is_a_signed_jwt_for_the_resource() throws Exception {
    Answer answer =
        server.asCiJob("/token", "grant_type", "client_credentials", "resource", CLINIC);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("clinic:read");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(600);
    assertThat(answer.json().has("refresh_token")).isFalse();
    SignedJWT jwt = SignedJWT.parse(answer.text("access_token"));
    assertThat(jwt.getHeader().getType().getType()).isEqualTo("at+jwt");
    assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly(CLINIC);
    assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("ci-job");
    assertThat(jwt.getJWTClaimsSet().getJWTID()).hasSize(22);
    JWKSet keys = JWKSet.parse(server.get("/jwks").body());
    var key = keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toECKey();
    assertThat(jwt.verify(new ECDSAVerifier(key))).isTrue();
  }

  @Test
  void a_resource_may_be_spelled_as_equal_addresses_are() {
    Answer answer =
        server.asCiJob(
            "/token", "grant_type", "client_credentials", "resource", "HTTP://LOCALHOST:9100/mcp");
    assertThat(answer.outcome()).isEqualTo("200");
  }

  @Test
  void a_scope_that_only_one_resource_has_names_the_resource() throws Exception {
    Answer answer =
        server.asCiJob("/token", "grant_type", "client_credentials", "scope", "clinic:read");

    assertThat(SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet().getAudience())
        .containsExactly(CLINIC);
  }

  @Test
  void a_resource_that_a_client_has_nothing_to_do_with_gives_it_no_token_at_all() {
    Answer answer =
        server.asCiJob(
            "/token", "grant_type", "client_credentials", "resource", "http://localhost:9200/mcp");

    assertThat(answer.outcome()).isEqualTo("400 invalid_scope");
    assertThat(answer.text("error_description")).contains("no scope of http://localhost:9200/mcp");
  }

  @Test
  void an_opaque_token_says_nothing_by_itself_and_all_to_introspection() {
    Answer answer =
        server.post(
            "/token",
            "grant_type",
            "client_credentials",
            "client_id",
            "poster",
            "client_secret",
            "poster-secret-0123456789",
            "resource",
            VAULT);

    assertThat(answer.text("access_token")).hasSize(43);
    var told = server.introspect(answer.text("access_token"));
    assertThat(told.path("active").asBoolean()).isTrue();
    assertThat(told.path("aud").asString()).isEqualTo(VAULT);
    assertThat(told.path("scope").asString()).isEqualTo("vault:open");
  }

  @Test
  void a_refusal_never_repeats_what_was_sent() {
    Answer answer =
        server.asCiJob("/token", "grant_type", "client_credentials", "resource", "\u0001<script>");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("<script");
  }

  @Test
  void parameters_in_the_address_count_for_nothing() {
    Answer answer =
        server.postRaw(
            "/token?grant_type=client_credentials",
            "",
            "Authorization",
            RunningServer.basic("ci-job", "ci-job-secret-0123456789"));
    assertThat(answer.outcome()).isEqualTo("400 invalid_request");
  }

  @Test
  void one_parameter_too_many_is_too_many() {
    var form = RunningServer.form("grant_type", "client_credentials", "resource", CLINIC);
    for (int i = 0; form.size() < FormParameters.MAX_PARAMETERS; i++) {
      form.put("p" + i, "v");
    }
    String most = FormParameters.encode(form);
    String auth = RunningServer.basic("ci-job", "ci-job-secret-0123456789");

    assertThat(server.postRaw("/token", most, "Authorization", auth).outcome()).isEqualTo("200");
    assertThat(server.postRaw("/token", most + "&more=1", "Authorization", auth).outcome())
        .isEqualTo("400 invalid_request");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no grant            | resource=http://localhost:9100/mcp | 400 invalid_request
          empty grant         | grant_type=&resource=http://localhost:9100/mcp | 400 invalid_request
          unknown grant       | grant_type=password | 400 unsupported_grant_type
          grant not allowed   | grant_type=refresh_token&refresh_token=x | 400 unauthorized_client
          grant twice         | grant_type=client_credentials&grant_type=client_credentials | 400 invalid_request
          unknown scope       | grant_type=client_credentials&resource=http://localhost:9100/mcp&scope=clinic:rule | 400 invalid_scope
          scope too wide      | grant_type=client_credentials&resource=http://localhost:9100/mcp&scope=clinic:read%20clinic:write | 400 invalid_scope
          malformed scope     | grant_type=client_credentials&resource=http://localhost:9100/mcp&scope=a%5Cb | 400 invalid_scope
          unknown resource    | grant_type=client_credentials&resource=https://unknown.example/ | 400 invalid_target
          http resource       | grant_type=client_credentials&resource=http://unknown.example/ | 400 invalid_target
          relative resource   | grant_type=client_credentials&resource=/mcp | 400 invalid_target
          two resources       | grant_type=client_credentials&resource=http://localhost:9100/mcp&resource=http://localhost:9200/mcp | 400 invalid_target
          resource not named  | grant_type=client_credentials | 400 invalid_target
          offline access      | grant_type=client_credentials&resource=http://localhost:9100/mcp&scope=clinic:read%20offline_access | 200
          unknown parameter   | grant_type=client_credentials&resource=http://localhost:9100/mcp&colour=red | 200
          broken encoding     | grant_type=client_credentials&x=%2 | 400 invalid_request
          not utf-8           | grant_type=client_credentials&x=%C3%28 | 400 invalid_request
          control character   | grant_type=client_credentials&x=%00 | 400 invalid_request
          """)
  void a_request_that_is_wrong_is_told_what_is_wrong(String what, String body, String outcome) {
    Answer answer =
        server.postRaw(
            "/token",
            body,
            "Authorization",
            RunningServer.basic("ci-job", "ci-job-secret-0123456789"));
    assertThat(answer.outcome()).isEqualTo(outcome);
    if (answer.status() != 200) {
      assertThat(answer.text("error_description")).isNotBlank();
    }
  }
}
