package dev.latchstring.authorizationserver.credential;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.MFA;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.challenge.PhoneLine;
import dev.latchstring.authorizationserver.store.Database;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The step {@code passkey}, with an authenticator, over HTTP. */
class PasskeyStepTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private static PhoneLine line;
  private static EmulatedBrowser browser;

  @BeforeAll
  static void enrol() {
    line = PhoneLine.open();
    browser = new EmulatedBrowser(line.server.issuer());
    RelyingParty party = RelyingParty.of(URI.create(line.server.issuer()), List.of());
    try (Database database = Database.open(line.database)) {
      Account anna =
          new AccountStore(database, line.server.clock(), RANDOM, new PasswordHash(RANDOM))
              .findByUsername("anna")
              .orElseThrow();
      PasskeyRegistration registration =
          new PasskeyRegistration(
              new PasskeyStore(database, line.server.clock()), party, line.server.clock());
      byte[] challenge = new byte[32];
      RANDOM.nextBytes(challenge);
      ObjectNode made = browser.create(registration.options(anna, challenge));
      assertThat(registration.register(anna.subject(), challenge, made.toString(), "A key"))
          .isEqualTo(PasskeyRegistration.Result.ADDED);
    }
  }

  @AfterAll
  static void close() {
    line.close();
  }

  /** Anna, as far as her password. */
  private static Answer asked() {
    Answer username = line.begin("acr_values", MFA);
    Answer password = line.answer(username, "username", "anna");
    Answer factor = line.answer(password, "password", "correct horse");
    return step(factor).equals("passkey") ? factor : line.ask(factor, "passkey");
  }

  private static String credential(Answer asked) {
    JsonNode options = asked.json().at("/step/publicKey");
    assertThat(options.isObject()).as(asked.body()).isTrue();
    return browser.get(options).toString();
  }

  @Test
  void aPasskeyProvesItsOwner() {
    Answer asked = asked();

    Answer done = line.answer(asked, "credential", credential(asked));

    assertThat(done.outcome()).isEqualTo("200");
    Answer issued = line.redeem(done);
    assertThat(PhoneLine.claims(issued).path("acr").asString()).isEqualTo(MFA);
    assertThat(PhoneLine.claims(issued).path("amr").toString()).contains("pop");
  }

  @Test
  void whatAnswersOneChallengeAnswersNoOther() {
    Answer first = asked();
    Answer second = asked();
    String ofFirst = credential(first);

    Answer wrong = line.answer(second, "credential", ofFirst);

    assertThat(reason(wrong)).isEqualTo("no_match");
    assertThat(wrong.json().at("/step/publicKey/challenge").asString())
        .as("a new challenge after a wrong answer")
        .isNotEqualTo(second.json().at("/step/publicKey/challenge").asString());
    assertThat(line.answer(wrong, "credential", credential(second)).outcome())
        .as("the challenge before is over")
        .isEqualTo("403 insufficient_authorization");
    assertThat(line.answer(first, "credential", ofFirst).outcome()).isEqualTo("200");
    assertThat(reason(line.answer(asked(), "credential", ofFirst)))
        .as("an answer that was taken already")
        .isEqualTo("no_match");
  }
}
