package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.DEVICE_GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
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

/** RFC 8628 over real HTTP, from the first request to the second redemption. */
@OnEveryDatabase
class DeviceFlowTest {
  private static RunningServer server;

  DeviceFlowTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server = RunningServer.start(kind, CLINIC_YAML);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private void allow(JsonNode asked) {
    server.decide(asked, "alice", "correct horse", "allow");
  }

  @Test
  void a_device_gets_codes_with_everything_it_must_show() {
    JsonNode asked = server.ask();

    assertThat(asked.path("device_code").asString()).hasSize(50);
    assertThat(asked.path("user_code").asString()).matches("[B-DF-HJ-NP-TV-XZ]{4}-[B-Z]{4}");
    assertThat(asked.path("verification_uri").asString()).isEqualTo(server.issuer() + "/device");
    assertThat(asked.path("verification_uri_complete").asString())
        .isEqualTo(server.issuer() + "/device?user_code=" + asked.path("user_code").asString());
    assertThat(asked.path("expires_in").asInt()).isEqualTo(600);
    assertThat(asked.path("interval").asInt()).isEqualTo(5);
  }

  @Test
  void an_approved_device_gets_a_token_for_what_was_approved() throws Exception {
    JsonNode asked = server.ask("scope", "clinic:read clinic:write");
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 authorization_pending");
    allow(asked);

    Answer answer = server.poll("phone", asked);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.text("token_type")).isEqualTo("Bearer");
    assertThat(answer.text("scope")).isEqualTo("clinic:read clinic:write");
    assertThat(answer.text("refresh_token")).hasSize(87);
    JWTClaimsSet claims = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo(server.issuer());
    assertThat(claims.getAudience()).containsExactly(CLINIC);
    assertThat(claims.getStringClaim("client_id")).isEqualTo("phone");
    assertThat(claims.getStringClaim("preferred_username")).isEqualTo("alice");
    assertThat(claims.getStringListClaim("groups")).containsExactly("front-desk");
    assertThat(claims.getSubject()).isNotEqualTo("alice").hasSizeGreaterThan(10);
    assertThat(claims.getDateClaim("auth_time")).isNotNull();
  }

  @Test
  void a_scope_that_is_not_asked_for_is_the_resources_default() {
    assertThat(server.login().path("scope").asString()).isEqualTo("clinic:read");
  }

  @Test
  void a_denied_device_is_told_so() {
    JsonNode asked = server.ask();
    server.decide(asked, "alice", "correct horse", "deny");

    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 access_denied");
  }

  @Test
  void a_poll_that_comes_too_fast_is_told_to_slow_down() {
    JsonNode asked = server.ask();
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 authorization_pending");

    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 slow_down");

    server.clock().advance(Duration.ofSeconds(10));
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 authorization_pending");
  }

  @Test
  void the_interval_of_the_configuration_is_told_and_kept() {
    try (RunningServer patient =
        RunningServer.start(CLINIC_YAML + "device_authorization: { interval: 20s }\n")) {
      JsonNode asked = patient.ask();
      assertThat(asked.path("interval").asInt()).isEqualTo(20);
      patient.poll("phone", asked);

      patient.clock().advance(Duration.ofSeconds(20));
      assertThat(patient.poll("phone", asked).outcome()).isEqualTo("400 authorization_pending");
      patient.clock().advance(Duration.ofSeconds(10));
      assertThat(patient.poll("phone", asked).outcome()).isEqualTo("400 slow_down");
    }
  }

  @Test
  void an_expired_code_is_told_apart_from_a_wrong_one() {
    JsonNode asked = server.ask();
    server.clock().advance(Duration.ofMinutes(10));

    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 expired_token");
  }

  @Test
  void another_clients_code_is_worth_nothing_and_stays_usable_for_its_own() {
    JsonNode asked = server.ask();
    allow(asked);

    assertThat(server.poll("other-phone", asked).outcome()).isEqualTo("400 invalid_grant");
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("200");
  }

  @Test
  void a_code_that_is_redeemed_again_revokes_what_the_first_got() {
    JsonNode asked = server.ask();
    allow(asked);
    Answer first = server.poll("phone", asked);
    assertThat(server.introspect(first.text("access_token")).path("active").asBoolean()).isTrue();

    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 invalid_grant");

    assertThat(server.introspect(first.text("access_token")).path("active").asBoolean()).isFalse();
    assertThat(server.refresh("phone", first.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void of_many_redemptions_at_the_same_moment_one_wins_and_is_revoked() throws Exception {
    JsonNode asked = server.ask();
    allow(asked);

    List<Answer> answers = Together.run(8, () -> server.poll("phone", asked));

    List<Answer> winners = answers.stream().filter(a -> a.status() == 200).toList();
    assertThat(winners).hasSize(1);
    assertThat(answers.stream().filter(a -> a.status() != 200))
        .allMatch(a -> a.outcome().equals("400 invalid_grant"));
    JsonNode told = server.introspect(winners.getFirst().text("access_token"));
    assertThat(told.path("active").asBoolean()).isFalse();
  }

  @Test
  void a_confidential_client_must_authenticate_to_ask_and_to_poll() {
    assertThat(server.post("/device_authorization", "client_id", "backend").outcome())
        .isEqualTo("401 invalid_client");
    Answer asked =
        server.postAs(
            "backend",
            "backend-secret-0123456789",
            "/device_authorization",
            "scope",
            "clinic:read");
    assertThat(asked.outcome()).isEqualTo("200");

    assertThat(server.poll("backend", asked.json()).outcome()).isEqualTo("401 invalid_client");
  }

  @Test
  void the_token_request_may_name_the_same_resource_and_no_other() {
    JsonNode asked = server.ask("scope", "clinic:read clinic:write");
    allow(asked);
    String code = asked.path("device_code").asString();

    Answer other = redeem(code, "resource", "http://localhost:9200/mcp");
    Answer same = redeem(code, "resource", CLINIC, "scope", "clinic:read");

    assertThat(other.outcome()).isEqualTo("400 invalid_target");
    assertThat(same.outcome()).isEqualTo("200");
    assertThat(same.text("scope")).isEqualTo("clinic:read");
  }

  private Answer redeem(String code, String... more) {
    var form =
        RunningServer.form("grant_type", DEVICE_GRANT, "client_id", "phone", "device_code", code);
    form.putAll(RunningServer.form(more));
    return server.postRaw("/token", dev.latchstring.oauth.FormParameters.encode(form));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no client            | scope=clinic:read                                  | 401 invalid_client
          unknown client       | client_id=nobody                                   | 401 invalid_client
          client twice         | client_id=phone&client_id=phone                    | 400 invalid_request
          scope twice          | client_id=phone&scope=a&scope=a                    | 400 invalid_request
          not for devices      | client_id=poster&client_secret=poster-secret-0123456789 | 400 unauthorized_client
          unknown scope        | client_id=phone&resource=http://localhost:9100/mcp&scope=clinic:rule | 400 invalid_scope
          malformed scope      | client_id=phone&scope=%22                          | 400 invalid_scope
          unknown resource     | client_id=phone&resource=http://localhost:1/       | 400 invalid_target
          malformed resource   | client_id=phone&resource=mcp                       | 400 invalid_target
          resource fragment    | client_id=phone&resource=http://localhost:9100/mcp%23a | 400 invalid_target
          two resources        | client_id=phone&resource=http://localhost:9100/mcp&resource=http://localhost:9200/mcp | 400 invalid_target
          ambiguous resource   | client_id=phone                                    | 400 invalid_target
          broken encoding      | client_id=phone&scope=%zz                          | 400 invalid_request
          unknown parameter    | client_id=phone&scope=clinic:read&colour=red       | 200
          """)
  void a_device_that_asks_badly_is_told_what_is_wrong(String what, String body, String outcome) {
    assertThat(server.postRaw("/device_authorization", body).outcome()).isEqualTo(outcome);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no code       | client_id=phone                                       | 400 invalid_request
          empty code    | client_id=phone&device_code=                          | 400 invalid_request
          wrong code    | client_id=phone&device_code=wrong                     | 400 invalid_grant
          code twice    | client_id=phone&device_code=a&device_code=b           | 400 invalid_request
          no client     | device_code=wrong                                     | 401 invalid_client
          not allowed   | client_id=poster&client_secret=poster-secret-0123456789&device_code=a | 400 unauthorized_client
          """)
  void a_poll_that_is_wrong_is_told_what_is_wrong(String what, String body, String outcome) {
    String grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&";
    assertThat(server.postRaw("/token", grant + body).outcome()).isEqualTo(outcome);
  }
}
