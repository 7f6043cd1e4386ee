package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** RFC 6749 §6 and RFC 9700 §4.14.2 over real HTTP. */
@OnEveryDatabase
class RefreshTest {
  private static RunningServer server;

  RefreshTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server = RunningServer.start(kind, CLINIC_YAML);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static String refreshToken(JsonNode tokens) {
    return tokens.path("refresh_token").asString();
  }

  @Test
  void a_public_clients_token_is_replaced_with_each_use() {
    String first = refreshToken(server.login());

    Answer answer = server.refresh("phone", first);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("refresh_token")).hasSize(87).isNotEqualTo(first);
    assertThat(server.introspect(answer.text("access_token")).path("active").asBoolean()).isTrue();
  }

  @Test
  void a_client_that_lost_the_answer_may_ask_again_within_thirty_seconds() {
    String first = refreshToken(server.login());
    String lost = server.refresh("phone", first).text("refresh_token");

    Answer again = server.refresh("phone", first);

    assertThat(again.outcome()).isEqualTo("200");
    assertThat(again.text("refresh_token")).isNotEqualTo(lost);
    assertThat(server.refresh("phone", again.text("refresh_token")).outcome()).isEqualTo("200");
  }

  @Test
  void using_an_old_token_after_the_grace_revokes_the_grant() {
    String first = refreshToken(server.login());
    Answer second = server.refresh("phone", first);
    server.clock().advance(Duration.ofSeconds(31));

    assertThat(server.refresh("phone", first).outcome()).isEqualTo("400 invalid_grant");

    assertThat(server.refresh("phone", second.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(server.introspect(second.text("access_token")).path("active").asBoolean()).isFalse();
  }

  @Test
  void of_many_refreshes_at_the_same_moment_the_last_answer_is_usable() throws Exception {
    String first = refreshToken(server.login());

    List<Answer> answers = Together.run(4, () -> server.refresh("phone", first));

    assertThat(answers).allMatch(answer -> answer.status() == 200);
    long usable =
        answers.stream()
            .filter(answer ->
                server
                    .postAs(
                        "clinic-server",
                        "clinic-server-secret-01234",
                        "/introspect",
                        "token",
                        answer.text("access_token"))
                    .json()
                    .path("active")
                    .asBoolean())
            .count();
    assertThat(usable).isEqualTo(4);
  }

  @Test
  void a_confidential_client_keeps_its_token() {
    Answer asked =
        server.postAs(
            "backend", "backend-secret-0123456789", "/device_authorization", "resource", CLINIC);
    server.decide(asked.json(), "bob", "battery staple", "allow");
    Answer tokens =
        server.postAs(
            "backend",
            "backend-secret-0123456789",
            "/token",
            "grant_type",
            RunningServer.DEVICE_GRANT,
            "device_code",
            asked.text("device_code"));
    String refreshToken = tokens.text("refresh_token");
    assertThat(refreshToken).hasSize(87);

    for (int i = 0; i < 2; i++) {
      server.clock().advance(Duration.ofMinutes(5));
      Answer refreshed =
          server.postAs(
              "backend",
              "backend-secret-0123456789",
              "/token",
              "grant_type",
              "refresh_token",
              "refresh_token",
              refreshToken);
      assertThat(refreshed.outcome()).isEqualTo("200");
      assertThat(refreshed.json().has("refresh_token")).isFalse();
    }
    assertThat(server.refresh("backend", refreshToken).outcome()).isEqualTo("401 invalid_client");
  }

  @Test
  void a_refresh_may_ask_for_less_and_never_for_more() {
    String token = refreshToken(server.login("scope", "clinic:read clinic:write"));

    Answer less = server.refresh("phone", token, "scope", "clinic:read");
    assertThat(less.text("scope")).isEqualTo("clinic:read");
    String next = less.text("refresh_token");
    assertThat(server.refresh("phone", next, "scope", "vault:open").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(server.refresh("phone", next, "resource", "http://localhost:9200/mcp").outcome())
        .isEqualTo("400 invalid_target");

    // Neither refusal consumed the token, and the grant is as wide as it was.
    Answer all = server.refresh("phone", next);
    assertThat(all.outcome()).isEqualTo("200");
    assertThat(all.text("scope")).isEqualTo("clinic:read clinic:write");
  }

  @Test
  void another_clients_token_is_worth_nothing_and_is_not_spent() {
    String token = refreshToken(server.login());

    assertThat(server.refresh("other-phone", token).outcome()).isEqualTo("400 invalid_grant");
    assertThat(server.refresh("phone", token).outcome()).isEqualTo("200");
  }

  @Test
  void a_token_that_was_not_used_for_thirty_days_is_over() {
    String token = refreshToken(server.login());
    server.clock().advance(Duration.ofDays(30));

    assertThat(server.refresh("phone", token).outcome()).isEqualTo("400 invalid_grant");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no token        | client_id=phone                                   | 400 invalid_request
          wrong token     | client_id=phone&refresh_token=wrong               | 400 invalid_grant
          token twice     | client_id=phone&refresh_token=a&refresh_token=b   | 400 invalid_request
          not registered  | client_id=poster&client_secret=poster-secret-0123456789&refresh_token=a | 400 unauthorized_client
          """)
  void a_refresh_that_is_wrong_is_told_what_is_wrong(String what, String body, String outcome) {
    assertThat(server.postRaw("/token", "grant_type=refresh_token&" + body).outcome())
        .isEqualTo(outcome);
  }
}
