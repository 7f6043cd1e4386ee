package dev.latchstring.authorizationserver.userinfo;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import java.util.Date;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** OpenID Connect Core 1.0: id tokens and userinfo. */
class OpenIdTest {
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            RunningServer.CLINIC_YAML
                .replace(
                    "birthdate: 1985-03-03 }",
                    "birthdate: 1985-03-03, email: alice@example.com, given_name: Alice }")
                .replace(
                    "  - client_id: other-phone\n",
                    "  - client_id: other-phone\n    id_token_signed_response_alg: ES256\n"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private IDTokenClaimsSet verified(JsonNode tokens, JWSAlgorithm algorithm, String clientId)
      throws Exception {
    IDTokenValidator validator =
        new IDTokenValidator(
            new Issuer(server.issuer()),
            new ClientID(clientId),
            algorithm,
            JWKSet.parse(server.get("/jwks").body()));
    // The library reads its own clock; the server's stands at the tests' time.
    validator.setMaxClockSkew(Integer.MAX_VALUE / 4);
    return validator.validate(JWTParser.parse(tokens.path("id_token").asString()), null);
  }

  @Test
  void openid_brings_an_id_token_that_an_independent_client_accepts() throws Exception {
    JsonNode tokens = server.login("scope", "openid profile email clinic:read");

    assertThat(tokens.path("scope").asString()).isEqualTo("openid profile email clinic:read");
    IDTokenClaimsSet claims = verified(tokens, JWSAlgorithm.RS256, "phone");
    assertThat(claims.getStringClaim("preferred_username")).isEqualTo("alice");
    assertThat(claims.getStringClaim("name")).isEqualTo("Alice Moreau");
    assertThat(claims.getStringClaim("email")).isEqualTo("alice@example.com");
    assertThat(claims.getClaim("email_verified")).isEqualTo(false);
    assertThat(claims.getAuthenticationTime()).isEqualTo(Date.from(server.clock().instant()));
    assertThat(claims.getAccessTokenHash())
        .isEqualTo(
            AccessTokenHash.compute(
                new BearerAccessToken(tokens.path("access_token").asString()),
                JWSAlgorithm.RS256,
                null));
  }

  @Test
  void an_attribute_that_proves_who_somebody_is_never_leaves() {
    JsonNode tokens = server.login("scope", "openid profile email");
    assertThat(userinfo(tokens).body()).doesNotContain("birthdate").doesNotContain("1985");
  }

  @Test
  void without_openid_there_is_none() {
    assertThat(server.login("scope", "profile clinic:read").has("id_token")).isFalse();
  }

  @Test
  void a_refresh_brings_a_new_one_unless_openid_is_left_out() throws Exception {
    JsonNode tokens = server.login("scope", "openid clinic:read");
    Answer refreshed = server.refresh("phone", tokens.path("refresh_token").asString());
    assertThat(verified(refreshed.json(), JWSAlgorithm.RS256, "phone").getSubject())
        .isEqualTo(verified(tokens, JWSAlgorithm.RS256, "phone").getSubject());
    Answer narrowed =
        server.refresh("phone", refreshed.text("refresh_token"), "scope", "clinic:read");
    assertThat(narrowed.json().has("id_token")).isFalse();
  }

  @Test
  void a_client_can_have_it_signed_with_es256() throws Exception {
    JsonNode asked =
        server
            .post(
                "/device_authorization",
                "client_id",
                "other-phone",
                "resource",
                RunningServer.CLINIC,
                "scope",
                "openid")
            .json();
    server.decide(asked, "alice", "correct horse", "allow");
    JsonNode tokens = server.poll("other-phone", asked).json();
    assertThat(verified(tokens, JWSAlgorithm.ES256, "other-phone").getSubject()).isNotNull();
  }

  @Test
  void a_registered_algorithm_that_is_not_offered_is_refused() {
    Answer answer =
        server.postJson(
            "/register",
            """
            {"token_endpoint_auth_method":"none","id_token_signed_response_alg":"none"}
            """);
    assertThat(answer.outcome()).isEqualTo("400 invalid_client_metadata");
  }

  @Test
  void a_client_in_its_own_name_learns_of_nobody() {
    assertThat(
            server
                .asCiJob(
                    "/token",
                    "grant_type",
                    "client_credentials",
                    "resource",
                    RunningServer.CLINIC,
                    "scope",
                    "openid clinic:read")
                .outcome())
        .isEqualTo("400 invalid_scope");
  }

  @Test
  void userinfo_answers_what_the_scope_allows_by_get_and_by_post() {
    JsonNode tokens = server.login("scope", "openid email");
    Answer answer = userinfo(tokens);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.text("email")).isEqualTo("alice@example.com");
    assertThat(answer.json().has("name")).isFalse();
    Answer posted =
        server.postRaw(
            "/userinfo", "", "Authorization", "Bearer " + tokens.path("access_token").asString());
    assertThat(posted.json()).isEqualTo(answer.json());
  }

  @Test
  void a_token_without_openid_is_told_what_it_lacks() {
    Answer answer = userinfo(server.login("scope", "clinic:read"));
    assertThat(answer.outcome()).isEqualTo("403 insufficient_scope");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer error=\"insufficient_scope\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Basic cGhvbmU6", "Bearer", "Bearer ", "Bearer a.b.c", "Bearer nonsense"})
  void what_is_no_token_is_refused(String header) {
    Answer answer =
        header.isEmpty()
            ? server.get("/userinfo")
            : server.get("/userinfo", "Authorization", header);
    assertThat(answer.outcome()).isEqualTo("401 invalid_token");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer error=\"invalid_token\"");
  }

  @Test
  void a_token_in_the_address_or_the_form_is_not_read() {
    String token = server.login("scope", "openid").path("access_token").asString();
    assertThat(server.get("/userinfo?access_token=" + token).status()).isEqualTo(401);
    assertThat(server.post("/userinfo", "access_token", token).status()).isEqualTo(401);
  }

  @Test
  void an_expired_token_and_one_that_was_revoked_are_refused() {
    JsonNode tokens = server.login("scope", "openid");
    String token = tokens.path("access_token").asString();
    server.postRaw(
        "/revoke", FormParameters.encode(RunningServer.form("client_id", "phone", "token", token)));
    assertThat(userinfo(tokens).outcome()).isEqualTo("401 invalid_token");
    JsonNode others = server.login("scope", "openid");
    server.clock().advance(java.time.Duration.ofMinutes(11));
    assertThat(userinfo(others).outcome()).isEqualTo("401 invalid_token");
  }

  @Test
  void a_client_s_own_token_is_nobody_s() {
    String token =
        server
            .asCiJob("/token", "grant_type", "client_credentials", "resource", RunningServer.CLINIC)
            .text("access_token");
    assertThat(server.get("/userinfo", "Authorization", "Bearer " + token).outcome())
        .isEqualTo("403 insufficient_scope");
  }

  @Test
  void an_id_token_is_not_an_access_token() {
    JsonNode tokens = server.login("scope", "openid");
    String idToken = tokens.path("id_token").asString();
    assertThat(server.get("/userinfo", "Authorization", "Bearer " + idToken).outcome())
        .isEqualTo("401 invalid_token");
    assertThat(server.introspect(idToken).path("active").asBoolean()).isFalse();
  }

  private Answer userinfo(JsonNode tokens) {
    return server.get(
        "/userinfo", "Authorization", "Bearer " + tokens.path("access_token").asString());
  }
}
