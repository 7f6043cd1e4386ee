package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.AGENT;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.KNOWLEDGE_OTP;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.PASSWORD;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.SECRET;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.VERIFIER;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.attemptsLeft;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that are not who they say, and what was stolen from those who are. */
class ChallengeTheftTest {
  private static PhoneLine line;
  private static PhoneLine phones;
  private static PhoneLine still;
  private static Prover enrolled;

  @BeforeAll
  static void open() {
    line = PhoneLine.open();
    // Its clock stands still, as that of the phones.
    still = PhoneLine.open();
    enrolled = new Prover(still.server);
    phones =
        PhoneLine.open(
            DatabaseKind.SQLITE,
            PhoneLine.YAML.replace(
                    "clients:\n",
                    "clients:\n  - client_id: phone\n    first_party: true\n    instance_keys: [\""
                        + enrolled.jkt()
                        + "\"]\n    redirect_uris: [\"com.example.phone:/callback\"]\n")
                + "    - { acr: \"urn:clinic:device\", steps: [username, [password, passkey, approval]] }\n");
  }

  @AfterAll
  static void close() {
    line.close();
    phones.close();
    still.close();
  }

  private static Answer phone(Prover key, String... parameters) {
    List<String> headers = new ArrayList<>();
    if (key != null) {
      headers.add("DPoP");
      headers.add(key.proof("POST", phones.server.issuer() + PhoneLine.PATH, Duration.ZERO, null));
    }
    return phones.server.postRaw(
        PhoneLine.PATH,
        FormParameters.encode(RunningServer.form(parameters)),
        headers.toArray(String[]::new));
  }

  private static String[] begun(String... more) {
    return PhoneLine.with(PhoneLine.with(PhoneLine.beginning(), "client_id", "phone"), more);
  }

  private static String[] answered(Answer asked, String step, String answer) {
    return new String[] {
      "response_type",
      "code",
      "auth_session",
      asked.text("auth_session"),
      "step",
      step,
      "answer",
      answer
    };
  }

  @Test
  void aPhoneThatWasEnrolledAsksAndOneThatWasNotDoesNot() {
    assertThat(step(phone(enrolled, begun()))).isEqualTo("identity");
    assertThat(phone(new Prover(phones.server), begun()).outcome())
        .isEqualTo("400 redirect_to_web");
    assertThat(phone(null, begun()).outcome()).isEqualTo("400 redirect_to_web");
  }

  @Test
  void whoTakesTheNameOfAPhoneGetsOnlyWhatCannotBeTold() {
    Prover own = new Prover(phones.server);
    Answer identity = phone(own, begun("acr_values", "urn:clinic:device"));
    assertThat(step(identity)).isEqualTo("username");
    Answer passkey = phone(own, answered(identity, "username", "{\"username\":\"anna\"}"));

    assertThat(step(passkey)).isEqualTo("passkey");
    assertThat(passkey.json().at("/step/alternatives").toString())
        .contains("approval")
        .doesNotContain("password");
    String[] password = {
      "response_type", "code", "auth_session", passkey.text("auth_session"), "step", "password"
    };
    assertThat(phone(own, password).outcome()).isEqualTo("400 invalid_request");
    assertThat(
            phone(own, answered(passkey, "password", "{\"password\":\"correct horse\"}")).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(
            phone(own, begun("auth_session", passkey.text("auth_session"), "acr_values", PASSWORD))
                .outcome())
        .as("a session that began modestly")
        .isEqualTo("400 redirect_to_web");
  }

  @Test
  void aSessionOfAnEnrolledPhoneIsNoOtherDevices() {
    Answer identity = phone(enrolled, begun());
    String[] answer =
        answered(
            identity,
            "identity",
            "{\"name\":\"Anna Maria O'Neil Smith\",\"birthdate\":\"3/3/1985\"}");

    assertThat(phone(new Prover(phones.server), answer).outcome()).isEqualTo("400 invalid_session");
    assertThat(phone(null, answer).outcome()).isEqualTo("400 invalid_session");
    assertThat(step(phone(enrolled, answer))).isEqualTo("ssn");
  }

  @Test
  void nobodyBecomesFirstPartyByRegistering() {
    Answer registered =
        line.server.postJson(
            "/register",
            "{\"first_party\":true,\"redirect_uris\":[\"https://bot.example.com/cb\"],"
                + "\"token_endpoint_auth_method\":\"client_secret_basic\"}");
    if (registered.status() == 201) {
      assertThat(
              line.sendAs(
                      registered.text("client_id"),
                      registered.text("client_secret"),
                      null,
                      PhoneLine.beginning())
                  .outcome())
          .isEqualTo("400 unauthorized_client");
    } else {
      assertThat(registered.outcome()).isEqualTo("400 invalid_client_metadata");
    }
  }

  /** What is not bound to a key is worth what a cookie is worth: the profile says so. */
  @Test
  void aSessionWithoutAKeyIsBoundToItsClientAndItsCodeToTheVerifierAlone() {
    Answer ssn = line.anna(line.send((Prover) null, PhoneLine.beginning()));
    String[] answer = answered(ssn, "ssn", "{\"ssn_last4\":\"4219\"}");

    assertThat(line.sendAs("other-line", "other-line-secret-01234567890", null, answer).outcome())
        .isEqualTo("400 invalid_session");
    Answer done = line.send((Prover) null, answer);
    assertThat(done.outcome()).isEqualTo("200");
    assertThat(token(AGENT, SECRET, done, "code_verifier", "x".repeat(43)))
        .isEqualTo("400 invalid_grant");
  }

  private static String token(String client, String secret, Answer done, String... more) {
    String[] form =
        PhoneLine.with(
            new String[] {
              "grant_type", "authorization_code", "code", done.text("authorization_code")
            },
            more);
    return line.server.postAs(client, secret, "/token", form).outcome();
  }

  private static Answer unbound() {
    Answer ssn = line.anna(line.send((Prover) null, PhoneLine.beginning()));
    return line.send((Prover) null, answered(ssn, "ssn", "{\"ssn_last4\":\"4219\"}"));
  }

  @Test
  void aCodeIsForItsClientWithTheVerifierAndWithoutARedirect() {
    assertThat(
            token(
                "other-line",
                "other-line-secret-01234567890",
                unbound(),
                "code_verifier",
                VERIFIER))
        .isEqualTo("400 invalid_grant");
    assertThat(token(AGENT, SECRET, unbound())).isNotEqualTo("200");
    assertThat(
            token(
                AGENT,
                SECRET,
                unbound(),
                "code_verifier",
                VERIFIER,
                "redirect_uri",
                "https://agent.example.com/callback"))
        .isEqualTo("400 invalid_grant");
    assertThat(token(AGENT, SECRET, unbound(), "code_verifier", VERIFIER)).isEqualTo("200");
  }

  @Test
  void aSessionWithoutItsClientIsNothing() {
    Answer ssn = line.anna(line.begin());
    String[] answer = answered(ssn, "ssn", "{\"ssn_last4\":\"4219\"}");

    assertThat(line.server.post(PhoneLine.PATH, answer).outcome()).isEqualTo("401 invalid_client");
    assertThat(
            line.server.post(PhoneLine.PATH, PhoneLine.with(answer, "client_id", AGENT)).outcome())
        .isEqualTo("401 invalid_client");
    assertThat(
            line.server.post(PhoneLine.PATH, PhoneLine.with(answer, "client_id", "app")).outcome())
        .isEqualTo("400 invalid_session");
    assertThat(line.send(PhoneLine.with(answer, "client_id", "other-line")).outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void aCodeThatWasSentIsForItsSessionAndSendingOnce() {
    Answer mine = toText();
    String first = line.gateway.next().code();
    Answer other = toText();
    String others = line.gateway.next().code();
    if (!others.equals(first)) {
      Answer wrong = line.answer(mine, "code", others);
      assertThat(reason(wrong)).isEqualTo("no_match");
      assertThat(attemptsLeft(wrong)).isEqualTo(2);
    }
    assertThat(reason(line.ask(mine, "sms"))).isEqualTo("sent");
    String second = line.gateway.next().code();
    if (!second.equals(first)) {
      assertThat(reason(line.answer(mine, "code", first))).isEqualTo("no_match");
    }
    assertThat(line.answer(mine, "code", second).outcome()).isEqualTo("200");
    line.server.clock().advance(Duration.ofSeconds(31));
    assertThat(line.answer(mine, "code", second).outcome()).isEqualTo("400 invalid_session");
    line.server.clock().advance(Duration.ofMinutes(5));
    assertThat(line.answer(other, "code", others).outcome())
        .as("after its session")
        .isEqualTo("400 invalid_session");
  }

  private static Answer toText() {
    return line.answer(line.anna(line.begin("scope", "records")), "ssn_last4", "4219");
  }

  @Test
  void aSessionDoesNotOutliveTheAccount() {
    try (PhoneLine clinic = PhoneLine.open()) {
      Answer issued = clinic.redeem(clinic.annaPasses());
      Answer asked = clinic.anna(clinic.begin());
      Jdbi.create(clinic.database.url())
          .useHandle(handle -> handle.execute("update account set disabled_at = 1"));

      assertThat(clinic.begin("auth_session", issued.text("auth_session")).outcome())
          .isEqualTo("400 access_denied");
      assertThat(reason(clinic.answer(asked, "ssn_last4", "4219"))).isEqualTo("no_match");
    }
  }

  @Test
  void whatIsLeftOfASessionAfterItsCodeIsTheNewName() {
    Answer ssn = line.anna(line.begin());
    String before = ssn.text("auth_session");
    Answer done = line.answer(ssn, "ssn_last4", "4219");

    assertThat(line.begin("auth_session", before, "acr_values", KNOWLEDGE_OTP).outcome())
        .isEqualTo("400 invalid_session");
    assertThat(line.ask(ssn, "ssn").outcome()).isEqualTo("400 invalid_session");
    assertThat(
            line.sendAs(
                    "other-line",
                    "other-line-secret-01234567890",
                    line.prover,
                    PhoneLine.with(
                        PhoneLine.beginning(), "auth_session", done.text("auth_session")))
                .outcome())
        .isEqualTo("400 invalid_session");
    line.server.clock().advance(Duration.ofHours(12));
    assertThat(line.begin("auth_session", done.text("auth_session")).outcome())
        .isEqualTo("400 invalid_session");
  }
}
