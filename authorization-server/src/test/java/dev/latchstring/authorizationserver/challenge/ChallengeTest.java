package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.KNOWLEDGE;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.KNOWLEDGE_OTP;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.attemptsLeft;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.claims;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.prompt;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.dpop.Prover;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** draft-ietf-oauth-first-party-apps-04 §5 and §6, and the profile. */
class ChallengeTest {
  private static PhoneLine line;

  @BeforeAll
  static void open() {
    line = PhoneLine.open();
  }

  @AfterAll
  static void close() {
    line.close();
  }

  @Test
  void aCallerWhoKnowsGetsAToken() {
    Answer identity = line.begin();
    assertThat(identity.outcome()).isEqualTo("403 insufficient_authorization");
    assertThat(identity.header("Cache-Control")).isEqualTo("no-store");
    assertThat(step(identity)).isEqualTo("identity");
    assertThat(identity.json().at("/step/requestedSchema/required").toString())
        .isEqualTo("[\"name\",\"birthdate\"]");

    Answer ssn = line.anna(identity);
    assertThat(ssn.outcome()).isEqualTo("403 insufficient_authorization");
    assertThat(step(ssn)).isEqualTo("ssn");
    assertThat(ssn.json().at("/step/inputs/ssn_last4/dtmf").asString()).isEqualTo("####");

    Answer done = line.answer(ssn, "ssn_last4", "four two one nine");
    assertThat(done.outcome()).isEqualTo("200");

    Answer issued = line.redeem(done);
    assertThat(issued.outcome()).isEqualTo("200");
    assertThat(issued.text("auth_session")).isEqualTo(done.text("auth_session"));
    assertThat(issued.text("token_type")).isEqualTo("DPoP");
    assertThat(issued.json().has("refresh_token")).isFalse();
    assertThat(claims(issued).path("acr").asString()).isEqualTo(KNOWLEDGE);
    assertThat(claims(issued).path("amr").toString()).isEqualTo("[\"kba\"]");
    assertThat(claims(issued).path("scope").asString()).isEqualTo("appointments");
  }

  @Test
  void theScopeDecidesWhatIsAsked() {
    Answer ssn = line.anna(line.begin("scope", "records"));
    Answer code = line.answer(ssn, "ssn_last4", "4219");

    assertThat(step(code)).isEqualTo("sms");
    assertThat(code.json().at("/step/destination").asString()).endsWith("42");
    TextGateway.Text text = line.gateway.next();
    assertThat(text.to()).isEqualTo("+14155550142");
    Answer issued = line.redeem(line.answer(code, "code", text.code()));
    assertThat(claims(issued).path("acr").asString()).isEqualTo(KNOWLEDGE_OTP);
    assertThat(claims(issued).path("amr").toString()).isEqualTo("[\"kba\",\"otp\"]");
    assertThat(issued.json().has("refresh_token")).isTrue();
  }

  @Test
  void somebodyNobodyKnowsIsAskedTheSame() {
    Answer begun = line.begin("scope", "records");
    Answer known = line.anna(begun);
    Answer unknown =
        line.answer(
            line.begin("scope", "records"), "name", "Nobody Atall", "birthdate", "1/2/1980");

    assertThat(unknown.json().path("step")).isEqualTo(known.json().path("step"));
    Answer wrong = line.answer(unknown, "ssn_last4", "1111");
    assertThat(wrong.outcome()).isEqualTo("403 insufficient_authorization");
    assertThat(reason(wrong)).isEqualTo("no_match");
    assertThat(wrong.json().path("step"))
        .isEqualTo(line.answer(known, "ssn_last4", "1111").json().path("step"));
  }

  @Test
  void tooManyWrongAnswersEndTheSession() {
    Answer ssn = line.answer(line.begin(), "name", "Wrong Too-Often", "birthdate", "4/5/1966");
    assertThat(attemptsLeft(ssn)).isEqualTo(3);
    Answer second = line.answer(ssn, "ssn_last4", "0001");
    assertThat(attemptsLeft(second)).isEqualTo(2);
    assertThat(attemptsLeft(line.answer(second, "ssn_last4", "0002"))).isEqualTo(1);
    assertThat(line.answer(second, "ssn_last4", "0003").outcome()).isEqualTo("400 access_denied");

    assertThat(line.answer(second, "ssn_last4", "0004").outcome()).isEqualTo("400 invalid_session");
  }

  @Test
  void whatIsNoAnswerCostsNoAttempt() {
    Answer ssn = line.anna(line.begin());
    Answer again = line.answer(ssn, "ssn_last4", "what was that");

    assertThat(again.outcome()).isEqualTo("403 insufficient_authorization");
    assertThat(reason(again)).isEqualTo("not_understood");
    assertThat(attemptsLeft(again)).isEqualTo(3);
    assertThat(prompt(again)).isNotEqualTo(prompt(ssn));
  }

  @Test
  void theSameAnswerTwiceIsOneAttempt() {
    Answer ssn = line.anna(line.begin());
    Answer wrong = line.answer(ssn, "ssn_last4", "9999");
    Answer repeated = line.answer(ssn, "ssn_last4", "9999");

    assertThat(repeated.body()).isEqualTo(wrong.body());
    assertThat(attemptsLeft(repeated)).isEqualTo(2);
    Answer done = line.answer(ssn, "ssn_last4", "4219");
    Answer lost = line.answer(ssn, "ssn_last4", "4219");
    assertThat(lost.body()).isEqualTo(done.body());
    assertThat(line.redeem(lost).outcome()).isEqualTo("200");
  }

  @Test
  void aMisheardNameCanBeSaidAgain() {
    Answer ssn = line.answer(line.begin(), "name", "Hannah O'Neil Smith", "birthdate", "3/3/85");
    Answer back = line.ask(ssn, "identity");

    assertThat(step(back)).isEqualTo("identity");
    assertThat(attemptsLeft(back)).isEqualTo(2);
    assertThat(line.answer(line.anna(back), "ssn_last4", "4219").outcome()).isEqualTo("200");
  }

  @Test
  void aStepUpAsksOnlyForWhatIsMissing() {
    Answer issued = line.redeem(line.annaPasses());
    String session = issued.text("auth_session");

    Answer code =
        line.begin("auth_session", session, "acr_values", KNOWLEDGE_OTP, "scope", "records");
    assertThat(step(code)).isEqualTo("sms");
    Answer done = line.answer(code, "code", line.gateway.next().code());

    assertThat(claims(line.redeem(done)).path("acr").asString()).isEqualTo(KNOWLEDGE_OTP);
  }

  @Test
  void aSecondRequestOfTheSameKindAsksNothing() {
    Answer issued = line.redeem(line.annaPasses());

    Answer done = line.begin("auth_session", issued.text("auth_session"));

    assertThat(done.outcome()).isEqualTo("200");
    assertThat(done.text("auth_session")).isNotEqualTo(issued.text("auth_session"));
    assertThat(line.begin("auth_session", done.text("auth_session"), "prompt", "login").outcome())
        .isEqualTo("403 insufficient_authorization");
  }

  @Test
  void aSessionIsNobodyElses() {
    Answer ssn = line.anna(line.begin());
    String session = ssn.text("auth_session");
    String[] answer = {
      "response_type", "code",
      "auth_session", session,
      "step", "ssn",
      "answer", "{\"ssn_last4\":\"4219\"}"
    };

    assertThat(line.send(new Prover(line.server), answer).outcome())
        .isEqualTo("400 invalid_session");
    assertThat(line.send((Prover) null, answer).outcome()).isEqualTo("400 invalid_session");
    assertThat(
            line.sendAs("other-line", "other-line-secret-01234567890", line.prover, answer)
                .outcome())
        .isEqualTo("400 invalid_session");
    assertThat(line.send(answer).outcome()).isEqualTo("200");
  }

  @Test
  void onlyFirstPartyClientsMayAsk() {
    assertThat(
            line.sendAs("partner", "partner-secret-01234567890123", null, PhoneLine.beginning())
                .outcome())
        .isEqualTo("400 unauthorized_client");
    assertThat(line.sendAs("voice-agent", "wrong-secret", null, PhoneLine.beginning()).outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void aPublicClientWithAKeyOfItsOwnMakingIsSentToABrowser() {
    Answer answer =
        line.server.post(PhoneLine.PATH, PhoneLine.with(PhoneLine.beginning(), "client_id", "app"));

    assertThat(answer.outcome()).isEqualTo("400 redirect_to_web");
    assertThat(answer.text("request_uri")).startsWith("urn:ietf:params:oauth:request_uri:");
    assertThat(answer.json().path("expires_in").asInt()).isPositive();
  }

  @Test
  void aCodeIsForItsKeyAndRedeemedOnce() {
    Answer done = line.annaPasses();

    assertThat(line.redeem(done, new Prover(line.server)).outcome()).isEqualTo("400 invalid_grant");
    assertThat(line.redeem(done, null).outcome()).isEqualTo("400 invalid_grant");
    assertThat(line.redeem(done).outcome()).isEqualTo("200");
    assertThat(line.redeem(done).outcome()).isEqualTo("400 invalid_grant");
  }

  @Test
  void revokingTheLoginEndsItsSession() {
    Answer issued =
        line.redeem(
            line.answer(
                line.answer(line.anna(line.begin("scope", "records")), "ssn_last4", "4219"),
                "code",
                line.gateway.next().code()));
    assertThat(
            line.server
                .postAs(
                    PhoneLine.AGENT,
                    PhoneLine.SECRET,
                    "/revoke",
                    "token",
                    issued.text("refresh_token"))
                .status())
        .isEqualTo(200);

    assertThat(line.begin("auth_session", issued.text("auth_session")).outcome())
        .isEqualTo("400 invalid_session");
  }

  @Test
  void theEndpointIsAnnounced() {
    assertThat(
            line.server
                .get("/.well-known/oauth-authorization-server")
                .text("authorization_challenge_endpoint"))
        .isEqualTo(line.server.issuer() + PhoneLine.PATH);
    try (RunningServer without = RunningServer.start(RunningServer.CLINIC_YAML)) {
      assertThat(
              without
                  .get("/.well-known/oauth-authorization-server")
                  .json()
                  .has("authorization_challenge_endpoint"))
          .isFalse();
      assertThat(without.post(PhoneLine.PATH, PhoneLine.beginning()).status()).isEqualTo(404);
    }
  }
}
