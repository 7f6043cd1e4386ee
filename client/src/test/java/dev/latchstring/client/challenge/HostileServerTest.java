package dev.latchstring.client.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends what it may not, or too much of it. */
class HostileServerTest {
  private final ProfileServer clinic = new ProfileServer(InstantSource.system(), false);
  private final ChallengeClient client =
      ChallengeClient.discover(
          URI.create(clinic.server.origin()), ClientIdentity.confidential("phone", "phone-s3cret"));
  private final ChallengeRequest request =
      ChallengeRequest.of(clinic.server.uri("/mcp"), Scope.of("clinic:read"));

  @AfterEach
  void close() {
    client.close();
    clinic.close();
  }

  private static Map<String, Object> step() {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("id", "identity");
    step.put("kind", "identify");
    step.put("prompt", "Who are you?");
    return step;
  }

  private Step asked(Map<String, Object> step) {
    clinic.instead.add(
        TestServer.Answer.json(
            403, Map.of("error", "insufficient_authorization", "auth_session", "s", "step", step)));
    return ((ChallengeTurn.Asked) client.begin(request)).step();
  }

  private Problem problem(TestServer.Answer answer) {
    clinic.instead.add(answer);
    ClientException e = catchThrowableOfType(ClientException.class, () -> client.begin(request));
    assertThat(e).isNotNull();
    return e.problem();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{}",
        "{\"authorization_code\":7}",
        "{\"authorization_code\":\"\"}",
        "{\"authorization_code\":\"a b\"}",
        "{\"error\":\"insufficient_authorization\"}",
        "{\"error\":\"insufficient_authorization\",\"auth_session\":\"s\"}",
        "{\"error\":\"insufficient_authorization\",\"auth_session\":\"s\",\"step\":[]}",
        "{\"error\":\"insufficient_authorization\",\"auth_session\":\"s\",\"step\":{\"id\":\"a\"}}",
        "{\"error\":\"insufficient_authorization\",\"auth_session\":\"s\",\"step\":{\"kind\":\"pin\"}}",
        "{\"error\":\"insufficient_authorization\",\"auth_session\":\"\","
            + "\"step\":{\"id\":\"a\",\"kind\":\"pin\"}}",
        "{\"error\":\"insufficient_authorization\",\"auth_session\":\"s\\nt\","
            + "\"step\":{\"id\":\"a\",\"kind\":\"pin\"}}",
        "{\"error\":\"redirect_to_web\",\"request_uri\":\"a b\"}",
        "{\"error\":\"a\",\"error\":\"b\"}"
      })
  void what_is_not_of_the_profile_is_refused(String body) {
    assertThat(problem(TestServer.Answer.json(200, body))).isEqualTo(Problem.METADATA_INVALID);
  }

  @Test
  void an_answer_that_is_too_long_or_too_deep_is_refused() {
    assertThat(problem(TestServer.Answer.json(403, "{\"a\":\"" + "x".repeat(300_000) + "\"}")))
        .isEqualTo(Problem.METADATA_INVALID);
    assertThat(
            problem(
                TestServer.Answer.json(403, "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}")))
        .isEqualTo(Problem.METADATA_INVALID);
    Map<String, Object> properties = new LinkedHashMap<>();
    for (int i = 0; i < 33; i++) {
      properties.put("p" + i, Map.of("type", "string"));
    }
    Map<String, Object> step = step();
    step.put("requestedSchema", Map.of("properties", properties));
    assertThat(
            problem(
                TestServer.Answer.json(
                    403,
                    Map.of(
                        "error", "insufficient_authorization", "auth_session", "s", "step", step))))
        .isEqualTo(Problem.METADATA_INVALID);
  }

  @Test
  void a_schema_that_is_not_flat_or_asks_for_what_it_does_not_describe_is_refused() {
    for (Map<String, Object> schema :
        List.<Map<String, Object>>of(
            Map.of("properties", Map.of("a", Map.of("type", "object"))),
            Map.of("properties", Map.of("a", Map.of("type", "array"))),
            Map.of("properties", Map.of("a", "string")),
            Map.of("properties", List.of("a")),
            Map.of("properties", Map.of("a b", Map.of("type", "string"))),
            Map.of("properties", Map.of(), "required", List.of("b")))) {
      Map<String, Object> step = step();
      step.put("requestedSchema", schema);
      ClientException e = catchThrowableOfType(ClientException.class, () -> asked(step));
      assertThat(e).as("%s", schema).isNotNull();
      assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    }
  }

  @Test
  void what_is_shown_is_one_line_of_plain_text() {
    Map<String, Object> step = step();
    step.put("prompt", "Say\n\u001b[31mred\u001b[0m <b>bold</b> \u202Ereversed" + "x".repeat(2000));
    step.put("destination", "\u0007***42");
    step.put("number", "7\n3");
    step.put("lang", "en\u001b");
    step.put("reason", "because");
    step.put(
        "requestedSchema",
        Map.of(
            "properties", Map.of("a", Map.of("type", "string", "title", "T\u001b]0;evil\u0007"))));

    Step shown = asked(step);

    assertThat(shown.prompt()).startsWith("Say ?[31mred?[0m <b>bold</b> ?reversed").hasSize(1003);
    assertThat(shown.destination()).isEqualTo("?***42");
    assertThat(shown.number()).isEqualTo("7 3");
    assertThat(shown.lang()).isEqualTo("en");
    assertThat(shown.reason()).isEqualTo(Step.Reason.OTHER);
    assertThat(shown.fields().getFirst().title()).isEqualTo("T?]0;evil?");
  }

  @Test
  void what_is_not_known_is_passed_over_and_what_is_not_told_is_guarded() {
    Map<String, Object> step = step();
    step.put("kind", "tea-leaves");
    step.put("alternatives", List.of(Map.of("id", "pin", "kind", "pin"), "nonsense", Map.of()));
    step.put("attempts_left", -5);
    step.put("expires_in", Long.MAX_VALUE);
    step.put("ssml", "x".repeat(10_000));
    step.put("publicKey", Map.of("challenge", "abc"));
    step.put("requestedSchema", Map.of("properties", Map.of("leaf", Map.of("maxLength", 1 << 30))));
    step.put("inputs", Map.of("leaf", Map.of("dtmf", "<Gather>", "sensitive", "no")));

    Step shown = asked(step);

    assertThat(shown.kind()).isEqualTo(StepKind.UNKNOWN);
    assertThat(shown.kindName()).isEqualTo("tea-leaves");
    assertThat(shown.alternatives())
        .containsExactly(new Step.Alternative("pin", StepKind.PIN, "pin"));
    assertThat(shown.attemptsLeft()).isZero();
    assertThat(shown.expiresIn()).isEqualTo(Duration.ofDays(1));
    assertThat(shown.ssml()).isNull();
    assertThat(shown.publicKey()).isNull();
    Field leaf = shown.fields().getFirst();
    assertThat(leaf.sensitive()).isTrue();
    assertThat(leaf.dtmf()).isNull();
    assertThat(leaf.maxLength()).isEqualTo(Field.DEFAULT_MAX_LENGTH);
  }

  @Test
  void values_are_written_as_the_schema_says() {
    Map<String, Object> step = step();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("yes", Map.of("type", "boolean"));
    properties.put("count", Map.of("type", "integer"));
    properties.put("share", Map.of("type", "number"));
    properties.put("which", Map.of("type", "string", "enum", List.of("a", "b")));
    step.put("requestedSchema", Map.of("properties", properties));
    Step asked = asked(step);

    assertThat(
            AnswerForm.of(
                asked,
                new Answer.Values(
                    Map.of("which", "b", "yes", "true", "count", "7", "share", "0.5"))))
        .contains("{\"yes\":true,\"count\":7,\"share\":0.5,\"which\":\"b\"}");
    for (var wrong :
        List.of(
            Map.of("yes", "maybe"),
            Map.of("count", "1.5"),
            Map.of("share", "1e999999999"),
            Map.of("which", "c"))) {
      assertThat(AnswerForm.of(asked, new Answer.Values(wrong))).isEmpty();
    }
  }

  @Test
  void a_server_that_always_wants_another_nonce_is_asked_twice() {
    List<TestServer.Answer> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(TestServer.Answer.error("use_dpop_nonce").with("DPoP-Nonce", "nonce-" + i));
    }
    clinic.instead.addAll(answers);

    ChallengeTurn turn = client.begin(request);

    assertThat(((ChallengeTurn.Ended) turn).error()).isEqualTo("use_dpop_nonce");
    assertThat(clinic.instead).hasSize(3);
  }

  @Test
  void a_server_that_loses_every_session_ends_the_login() {
    for (int i = 0; i < 5; i++) {
      clinic.instead.add(TestServer.Answer.error("invalid_session"));
    }
    assertThat(((ChallengeTurn.Ended) client.begin(request.withAuthSession("old"))).ending())
        .isEqualTo(ChallengeTurn.Ending.SESSION_LOST);
    assertThat(clinic.instead).hasSize(3);
  }

  @Test
  void an_endpoint_that_is_not_https_is_not_asked() {
    clinic.metadata.put("authorization_challenge_endpoint", "http://elsewhere.example/challenge");
    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () ->
                ChallengeClient.discover(
                    URI.create(clinic.server.origin()), ClientIdentity.publicClient("phone")));
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(e).hasMessageContaining("authorization_challenge_endpoint");
  }
}
