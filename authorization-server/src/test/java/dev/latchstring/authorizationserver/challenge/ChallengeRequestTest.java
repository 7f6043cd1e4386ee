package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.KNOWLEDGE;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.MFA;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.PATH;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.attemptsLeft;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.claims;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.oauth.FormParameters;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no honest client sends: steps skipped, answers replayed, forms bent. */
class ChallengeRequestTest {
  private static PhoneLine line;

  @BeforeAll
  static void open() {
    line =
        PhoneLine.open(
            DatabaseKind.SQLITE,
            PhoneLine.YAML.replace(
                "steps: [identity, ssn, sms] }",
                "steps: [identity, ssn, sms], reauthenticate_after: 1h }"));
  }

  @AfterAll
  static void close() {
    line.close();
  }

  private static Answer ssn(String... more) {
    return line.anna(line.begin(more));
  }

  private static Answer raw(Answer asked, String step, String answer) {
    return line.send(
        "response_type",
        "code",
        "auth_session",
        asked.text("auth_session"),
        "step",
        step,
        "answer",
        answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4219",
        "null",
        "[]",
        "{}",
        "{\"ssn_last4\":4219}",
        "{\"ssn_last4\":null}",
        "{\"ssn_last4\":[\"4219\"]}",
        "{\"ssn_last4\":{\"a\":\"4219\"}}",
        "{\"ssn_last4\":\"4219\",\"ssn_last4\":\"4219\"}",
        "{\"ssn_last4\":\"4219\",\"name\":\"Anna\"}",
        "{\"ssn_last4\":\"4219\"}{}",
        "{\"ssn_last4\":\"4219\"",
        "{'ssn_last4':'4219'}",
        "{\"SSN_LAST4\":\"4219\"}",
        "{\"ssn_last4\":\"4219\", /* */ \"x\":1}",
      })
  void anAnswerThatIsNoneCostsNoAttemptAndIsNotTaken(String answer) {
    Answer asked = ssn();
    assertThat(raw(asked, "ssn", answer).outcome()).isEqualTo("400 invalid_request");
    assertThat(attemptsLeft(line.answer(asked, "ssn_last4", "0000"))).isEqualTo(2);
    assertThat(line.answer(asked, "ssn_last4", "4219").outcome()).isEqualTo("200");
  }

  @Test
  void anAnswerHasABound() {
    Answer asked = ssn();
    String deep = "{\"ssn_last4\":" + "[".repeat(4000) + "]".repeat(4000) + "}";
    assertThat(raw(asked, "ssn", deep).outcome()).isEqualTo("400 invalid_request");
    String longer = "{\"ssn_last4\":\"4219\"" + " ".repeat(16 * 1024) + "}";
    assertThat(raw(asked, "ssn", longer).outcome()).isEqualTo("400 invalid_request");
    assertThat(raw(asked, "ssn", "{\"ssn_last4\":\"" + "4".repeat(201) + "\"}").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(raw(asked, "ssn", "{\"ssn_last4\":\"" + "4".repeat(70_000) + "\"}").status())
        .isIn(400, 413);
    assertThat(line.answer(asked, "ssn_last4", "4219").outcome()).isEqualTo("200");
  }

  @Test
  void nonsenseEndsASession() {
    Answer asked = ssn();
    for (int i = 0; i < 20; i++) {
      assertThat(raw(asked, "ssn", "{}").outcome()).isEqualTo("400 invalid_request");
    }
    assertThat(raw(asked, "ssn", "{}").outcome()).isEqualTo("400 invalid_request");
    assertThat(line.answer(asked, "ssn_last4", "4219").outcome()).isEqualTo("400 invalid_session");

    Answer mumbled = ssn();
    for (int i = 0; i < 10; i++) {
      assertThat(reason(line.answer(mumbled, "ssn_last4", "hm " + "m".repeat(i))))
          .isEqualTo("not_understood");
    }
    assertThat(line.answer(mumbled, "ssn_last4", "hmm?").outcome()).isEqualTo("400 access_denied");
  }

  @Test
  void noStepIsSkipped() {
    Answer asked = ssn("scope", "records");
    for (String step : List.of("sms", "identity", "password", "approval", "nothing", "")) {
      assertThat(raw(asked, step, "{\"code\":\"123456\"}").outcome())
          .as(step)
          .isEqualTo("400 invalid_request");
    }
    for (String step : List.of("sms", "password", "approval", "username", "nothing")) {
      assertThat(line.ask(asked, step).outcome()).as(step).isEqualTo("400 invalid_request");
    }
    assertThat(raw(line.begin(), "ssn", "{\"ssn_last4\":\"4219\"}").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(step(line.answer(asked, "ssn_last4", "4219"))).isEqualTo("sms");
    assertThat(line.gateway.next().code()).hasSize(6);
  }

  /** Whoever proved one thing does not become somebody else with it. */
  @Test
  void nobodyGoesBackAfterSomethingIsProven() {
    Answer code = line.answer(ssn("scope", "records"), "ssn_last4", "4219");
    line.gateway.next();
    assertThat(line.ask(code, "identity").outcome()).isEqualTo("400 invalid_request");
    assertThat(
            raw(code, "identity", "{\"name\":\"Bob Brown\",\"birthdate\":\"12/31/1970\"}")
                .outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void anAnswerIsReplayedForHalfAMinuteAndThenNotAtAll() {
    Answer asked = ssn("scope", "records");
    Answer code = line.answer(asked, "ssn_last4", "4219");
    String sent = line.gateway.next().code();
    assertThat(line.answer(asked, "ssn_last4", "4219").body()).isEqualTo(code.body());
    assertThat(line.gateway.waiting()).as("no second text").isZero();
    line.server.clock().advance(Duration.ofSeconds(31));
    assertThat(line.answer(asked, "ssn_last4", "4219").outcome()).isEqualTo("400 invalid_request");

    Answer done = line.answer(code, "code", sent);
    assertThat(line.answer(code, "code", sent).body()).isEqualTo(done.body());
    assertThat(line.redeem(done).outcome()).isEqualTo("200");
    line.server.clock().advance(Duration.ofSeconds(31));
    assertThat(line.answer(code, "code", sent).outcome()).isEqualTo("400 invalid_session");
    assertThat(line.answer(done.text("auth_session"), "sms", "code", sent).outcome())
        .as("in the session that goes on")
        .isEqualTo("400 invalid_session");
  }

  @Test
  void anAnswerOfOneSessionIsNothingInAnother() {
    Answer mine = ssn();
    Answer other = line.answer(line.begin(), "name", "Bob Brown", "birthdate", "12/31/1970");
    assertThat(line.answer(mine, "ssn_last4", "4219").outcome()).isEqualTo("200");
    assertThat(reason(line.answer(other, "ssn_last4", "4219"))).isEqualTo("no_match");
  }

  @Test
  void pkceIsS256OrNothing() {
    String[][] changes = {
      {"code_challenge_method", "plain"},
      {"code_challenge_method", ""},
      {"code_challenge", PhoneLine.VERIFIER + "0"},
      {"code_challenge", ""},
      {"code_challenge", null},
      {"code_challenge_method", null},
    };
    for (String[] change : changes) {
      Map<String, String> form = RunningServer.form(PhoneLine.beginning());
      if (change[1] == null) {
        form.remove(change[0]);
      } else {
        form.put(change[0], change[1]);
      }
      assertThat(send(FormParameters.encode(form)).outcome())
          .as(String.join("=", change))
          .isEqualTo("400 invalid_request");
    }
  }

  private static Answer send(String body) {
    return line.server.postRaw(
        PATH, body, "Authorization", RunningServer.basic(PhoneLine.AGENT, PhoneLine.SECRET));
  }

  @Test
  void aContextIsWhatTheScopeNeedsAndNeverLess() {
    assertThat(line.begin("scope", "records", "acr_values", KNOWLEDGE).outcome())
        .isEqualTo("400 unmet_authentication_requirements");
    assertThat(line.begin("scope", "appointments records", "acr_values", KNOWLEDGE).outcome())
        .isEqualTo("400 unmet_authentication_requirements");
    assertThat(line.begin("acr_values", "urn:nobody:knows").outcome())
        .isEqualTo("400 unmet_authentication_requirements");
    Answer stronger =
        line.begin(
            "scope",
            "records",
            "acr_values",
            KNOWLEDGE + " urn:x " + MFA + " " + MFA + " " + KNOWLEDGE);
    assertThat(step(stronger)).isEqualTo("username");
  }

  @Test
  void aLoginByKnowledgeReachesNoMoreByGoingOn() {
    Answer issued = line.redeem(line.annaPasses());
    Answer more = line.begin("auth_session", issued.text("auth_session"), "scope", "records");
    assertThat(step(more)).isEqualTo("sms");
    line.gateway.next();
    Answer back =
        line.begin(
            "auth_session",
            more.text("auth_session"),
            "scope",
            "appointments",
            "acr_values",
            KNOWLEDGE);
    assertThat(back.outcome()).isEqualTo("200");
    assertThat(claims(line.redeem(back)).path("scope").asString()).isEqualTo("appointments");
  }

  @Test
  void whatWasProvenCountsOnlyWhereItMay() {
    Answer issued = line.redeem(line.annaPasses());
    String session = issued.text("auth_session");
    assertThat(line.begin("auth_session", session, "max_age", "0").outcome())
        .isEqualTo("403 insufficient_authorization");
    assertThat(line.begin("auth_session", session, "prompt", "login", "state", "2").outcome())
        .isEqualTo("403 insufficient_authorization");
    assertThat(line.begin("prompt", "none").outcome()).isEqualTo("400 login_required");
    assertThat(line.begin("prompt", "none login").outcome()).isEqualTo("400 invalid_request");
    assertThat(line.begin("max_age", "-1").outcome()).isEqualTo("400 invalid_request");
  }

  /** prompt=none may ask nothing, neither here nor on another device of the person. */
  @Test
  void aRequestThatMayNotAskSendsNothing() {
    Answer issued = line.redeem(line.annaPasses());
    assertThat(
            line.begin(
                    "auth_session",
                    issued.text("auth_session"),
                    "scope",
                    "records",
                    "prompt",
                    "none")
                .outcome())
        .isEqualTo("400 login_required");
    assertThat(line.gateway.waiting()).isZero();
  }

  @Test
  void aRefreshAfterTooLongAsksAgainButNotWho() {
    Answer code = line.answer(ssn("scope", "records"), "ssn_last4", "4219");
    Answer issued = line.redeem(line.answer(code, "code", line.gateway.next().code()));
    line.server.clock().advance(Duration.ofMinutes(61));
    Answer refused =
        line.token(
            line.prover,
            "grant_type",
            "refresh_token",
            "refresh_token",
            issued.text("refresh_token"));
    assertThat(refused.outcome()).isEqualTo("403 insufficient_authorization");

    Answer asked = line.begin("auth_session", refused.text("auth_session"), "scope", "records");
    assertThat(step(asked)).isEqualTo("ssn");
    assertThat(line.answer(asked, "ssn_last4", "0000").outcome())
        .isEqualTo("403 insufficient_authorization");
    assertThat(step(line.answer(asked, "ssn_last4", "4219"))).isEqualTo("sms");
    line.gateway.next();
  }

  @Test
  void parametersComeOnceInTheBodyOfAPost() {
    String form = FormParameters.encode(RunningServer.form(PhoneLine.beginning()));
    assertThat(send(form + "&scope=appointments&scope=records").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(send(form + "&acr_values=a&acr_values=b").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(send(form + "&step=ssn&step=sms").outcome()).isEqualTo("400 invalid_request");
    assertThat(send(form.replace("response_type=code&", "")).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(send(form.replace("=code&", "=token&")).status()).isEqualTo(400);
    assertThat(send(form + "&step=ssn").outcome()).isEqualTo("400 invalid_request");
    assertThat(send(form + "&request_uri=urn%3Ax").status()).isEqualTo(400);
    assertThat(line.server.get(PATH + "?" + form).status()).isEqualTo(405);
    String[] headers = {"Authorization", RunningServer.basic(PhoneLine.AGENT, PhoneLine.SECRET)};
    for (String type : List.of("application/json", "text/plain", "multipart/form-data")) {
      assertThat(
              line.server
                  .send(
                      line.server
                          .request(PATH, headers)
                          .header("Content-Type", type)
                          .POST(BodyPublishers.ofString(form)))
                  .status())
          .as(type)
          .isBetween(400, 415);
    }
    assertThat(send(form + "&x=" + "y".repeat(70_000)).status()).isIn(400, 413);
    assertThat(send(form + "&scope=" + "y".repeat(5_000)).status()).isEqualTo(400);
    assertThat(step(send(form + "&ui_locales=" + "x-".repeat(90)))).isEqualTo("identity");
  }
}
