package dev.latchstring.authorizationserver.revocation;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** RFC 7009 over real HTTP. */
class RevocationTest {
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static boolean active(String token) {
    return server.introspect(token).path("active").asBoolean();
  }

  private static Answer revoke(String token) {
    return server.post("/revoke", "client_id", "phone", "token", token);
  }

  @Test
  void a_revoked_access_token_is_over_and_the_login_is_not() {
    JsonNode tokens = server.login();
    String accessToken = tokens.path("access_token").asString();

    Answer answer = revoke(accessToken);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(active(accessToken)).isFalse();
    Answer refreshed = server.refresh("phone", tokens.path("refresh_token").asString());
    assertThat(refreshed.outcome()).isEqualTo("200");
    assertThat(active(refreshed.text("access_token"))).isTrue();
  }

  @Test
  void a_revoked_refresh_token_takes_its_access_tokens_along() {
    JsonNode tokens = server.login();

    assertThat(revoke(tokens.path("refresh_token").asString()).status()).isEqualTo(200);

    assertThat(active(tokens.path("access_token").asString())).isFalse();
    assertThat(server.refresh("phone", tokens.path("refresh_token").asString()).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(revoke(tokens.path("refresh_token").asString()).status()).isEqualTo(200);
  }

  @Test
  void an_opaque_token_is_revoked_like_any_other() {
    String token =
        server
            .post(
                "/token",
                "grant_type",
                "client_credentials",
                "client_id",
                "poster",
                "client_secret",
                "poster-secret-0123456789",
                "resource",
                VAULT)
            .text("access_token");
    assertThat(active(token)).isTrue();

    Answer answer =
        server.post(
            "/revoke",
            "client_id",
            "poster",
            "client_secret",
            "poster-secret-0123456789",
            "token",
            token);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(active(token)).isFalse();
  }

  @Test
  void another_clients_token_is_not_revoked() {
    String token =
        server
            .asCiJob("/token", "grant_type", "client_credentials", "resource", CLINIC)
            .text("access_token");
    JsonNode login = server.login();
    String refreshToken = login.path("refresh_token").asString();

    assertThat(revoke(token).outcome()).isEqualTo("400 invalid_grant");
    assertThat(
            server.post("/revoke", "client_id", "other-phone", "token", refreshToken).status())
        .isEqualTo(200);

    assertThat(active(token)).isTrue();
    assertThat(server.refresh("phone", refreshToken).outcome()).isEqualTo("200");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no token        | client_id=phone                          | 400 invalid_request
          no client       | token=a                                  | 401 invalid_client
          unknown client  | token=a&client_id=nobody                 | 401 invalid_client
          token twice     | client_id=phone&token=a&token=b          | 400 invalid_request
          unknown token   | client_id=phone&token=a                  | 200
          not a JWT       | client_id=phone&token=a.b.c              | 200
          unknown hint    | client_id=phone&token=a&token_type_hint=x | 200
          """)
  void a_request_that_is_wrong_is_told_what_is_wrong(String what, String body, String outcome) {
    assertThat(server.postRaw("/revoke", body).outcome()).isEqualTo(outcome);
  }
}
