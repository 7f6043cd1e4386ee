package dev.latchstring.authorizationserver.approval;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import tools.jackson.databind.JsonNode;

/** A person decides a device login in a program of theirs, by its code. */
@OnEveryDatabase
class DeviceDecisionEndpointTest {
  private static ApprovalScene scene;
  private static RunningServer server;
  private String alice;

  DeviceDecisionEndpointTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    scene = new ApprovalScene(kind);
    server = scene.server;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    scene.close();
  }

  /** So late that nothing is left of the test before. */
  @BeforeEach
  void logIn() {
    server.clock().advance(Duration.ofHours(7));
    alice = scene.token("alice", "correct horse");
  }

  private Answer send(String token, String... parameters) {
    Map<String, String> form = form(parameters);
    return scene.post(token, DeviceDecisionEndpoint.PATH, form);
  }

  private static String code(JsonNode asked) {
    return asked.path("user_code").asString();
  }

  @Test
  void it_shows_what_is_asked_and_nothing_is_decided_by_looking() {
    JsonNode asked = server.ask("scope", "clinic:read clinic:write");

    Answer shown = send(alice, "user_code", code(asked).toLowerCase(java.util.Locale.ROOT));

    assertThat(shown.text("state")).isEqualTo("pending");
    assertThat(shown.text("user_code")).isEqualTo(code(asked));
    assertThat(shown.json().path("client").path("name").asString()).isEqualTo("Phone assistant");
    assertThat(shown.json().path("resource").path("resource").asString()).isEqualTo(CLINIC);
    assertThat(shown.json().path("permissions").toString())
        .contains("See appointments")
        .contains("clinic:write");
    assertThat(shown.text("requested_from")).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 authorization_pending");
  }

  @Test
  void allowed_there_is_logged_in_as_the_person_with_the_time_they_signed_in() throws Exception {
    Date signedIn = Date.from(server.clock().instant());
    server.clock().advance(Duration.ofMinutes(2));
    JsonNode asked = server.ask();

    assertThat(send(alice, "user_code", code(asked), "decision", "allow").text("state"))
        .isEqualTo("approved");

    Answer token = server.poll("phone", asked);
    assertThat(token.status()).isEqualTo(200);
    var claims = SignedJWT.parse(token.text("access_token")).getJWTClaimsSet();
    assertThat(claims.getSubject()).isEqualTo(scene.subject("alice"));
    assertThat(claims.getDateClaim("auth_time")).isEqualTo(signedIn);
    assertThat(claims.getStringListClaim("amr")).containsExactly("pwd");
    assertThat(send(alice, "user_code", code(asked), "decision", "allow").outcome())
        .as("again")
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void denied_there_is_denied() {
    JsonNode asked = server.ask();

    assertThat(send(alice, "user_code", code(asked), "decision", "deny").text("state"))
        .isEqualTo("denied");
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 access_denied");
  }

  @Test
  void of_allow_and_deny_at_once_one_counts() throws Exception {
    JsonNode asked = server.ask();
    AtomicInteger turn = new AtomicInteger();

    List<Integer> statuses =
        Together.run(
            4,
            () ->
                send(
                        alice,
                        "user_code",
                        code(asked),
                        "decision",
                        turn.getAndIncrement() % 2 == 0 ? "allow" : "deny")
                    .status());

    assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
  }

  @Test
  void wrong_codes_have_to_wait() {
    JsonNode asked = server.ask();
    for (int i = 0; i < 5; i++) {
      assertThat(send(alice, "user_code", "BBBB-BBBB").outcome()).isEqualTo("400 invalid_grant");
    }
    Answer delayed = send(alice, "user_code", code(asked), "decision", "allow");

    assertThat(delayed.outcome()).isEqualTo("429 temporarily_unavailable");
    assertThat(delayed.header("Retry-After")).isEqualTo("1");
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("400 authorization_pending");
    server.clock().advance(Duration.ofSeconds(1));
    assertThat(send(alice, "user_code", code(asked)).status()).isEqualTo(200);
  }

  @Test
  void an_expired_code_a_decided_one_and_one_that_never_was_are_one_answer() {
    JsonNode decided = server.ask();
    server.decide(decided, "alice", "correct horse", "deny");
    JsonNode expired = server.ask();
    server.clock().advance(Duration.ofMinutes(9));
    String fresh = scene.token("alice", "correct horse");
    server.clock().advance(Duration.ofMinutes(1));

    String body = send(fresh, "user_code", "BBBB-BBBB").body();
    assertThat(send(fresh, "user_code", code(expired)).body()).isEqualTo(body);
    assertThat(send(fresh, "user_code", code(decided)).body()).isEqualTo(body);
  }

  @Test
  void what_cannot_be_a_code_or_a_decision_is_no_guess() {
    JsonNode asked = server.ask();
    for (int i = 0; i < 8; i++) {
      assertThat(send(alice, "user_code", "12345678").outcome()).isEqualTo("400 invalid_request");
      assertThat(send(alice, "user_code", code(asked), "decision", "maybe").outcome())
          .isEqualTo("400 invalid_request");
    }
    assertThat(send(alice).outcome()).isEqualTo("400 invalid_request");
    assertThat(send(alice, "user_code", code(asked)).status()).isEqualTo(200);
  }
}
