package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.PASSWORD;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bots that have all the time in the world, and what each gets of it. */
class GuessingBotTest {
  private PhoneLine line;

  @BeforeEach
  void open() {
    line =
        PhoneLine.open(
            DatabaseKind.SQLITE,
            PhoneLine.YAML
                + "    - { acr: \"urn:clinic:texts\", steps: [identity, sms] }\n"
                + "    - { acr: \"urn:clinic:keys\", steps: [identity, [pin, passkey]] }\n");
  }

  @AfterEach
  void close() {
    line.close();
  }

  private Answer named(Answer asked, String name, String birthdate) {
    return line.answer(asked, "name", name, "birthdate", birthdate);
  }

  private Answer bob(String... more) {
    return named(line.begin(more), "Bob Brown", "12/31/1970");
  }

  private static boolean isAsked(Answer answer) {
    return answer.outcome().equals("403 insufficient_authorization")
        || answer.outcome().equals("400 access_denied");
  }

  private static boolean waits(Answer answer) {
    return answer.outcome().equals("503 temporarily_unavailable")
        && answer.json().path("retry_after").asLong() > 0
        && answer.header("Retry-After").equals(answer.json().path("retry_after").asString());
  }

  @Test
  void aMillionNamesWithOneGuessEachAreAHandfulOfGuessesAMinute() {
    int guesses = 0;
    Answer answer;
    do {
      Answer asked = named(line.begin(), "Name " + (char) ('a' + guesses % 26), birthdate(guesses));
      answer = line.answer(asked, "ssn_last4", "1234");
      guesses++;
    } while (isAsked(answer) && guesses < 400);

    assertThat(guesses).isEqualTo(301);
    assertThat(waits(answer)).isTrue();
    long wait = 0;
    for (int i = 0; i < 30; i++) {
      long delay = answer.json().path("retry_after").asLong();
      wait += delay;
      line.server.clock().advance(Duration.ofSeconds(delay));
      Answer asked = named(line.begin(), "Later " + (char) ('a' + i), birthdate(i));
      assertThat(isAsked(line.answer(asked, "ssn_last4", "1234"))).isTrue();
      answer = line.answer(named(line.begin(), "Next", birthdate(i)), "ssn_last4", "1234");
      assertThat(waits(answer)).isTrue();
    }
    assertThat(wait).as("seconds for thirty").isGreaterThan(600);
  }

  private static String birthdate(int i) {
    return 1 + i % 12 + "/" + (1 + i % 28) + "/" + (1940 + i % 60);
  }

  /** Right answers of one account that the bot has make up for a few wrong ones, not for any. */
  @Test
  void anAccountOfOnesOwnBuysNoGuessesAtOthers() {
    int guesses = 0;
    boolean waiting = false;
    for (int i = 0; i < 170 && !waiting; i++) {
      Answer own = line.answer(bob(), "ssn_last4", "0042");
      waiting = !own.outcome().equals("200");
      for (int two = 0; two < 2 && !waiting; two++) {
        Answer asked = named(line.begin(), "Name " + (char) ('a' + i % 26), birthdate(2 * i + two));
        waiting = !isAsked(line.answer(asked, "ssn_last4", "1234"));
        guesses++;
      }
    }
    assertThat(waiting).isTrue();
    assertThat(guesses).isLessThanOrEqualTo(305);
  }

  @Test
  void oneNameAndEveryLastFourAreFortyGuessesADay() {
    Instant tomorrow = line.server.clock().instant().plus(Duration.ofDays(1));
    int guesses = 0;
    Answer asked = bob();
    while (line.server.clock().instant().isBefore(tomorrow)) {
      Answer answer = line.answer(asked, "ssn_last4", "" + (1000 + guesses));
      if (waits(answer)) {
        line.server.clock().advance(Duration.ofSeconds(answer.json().path("retry_after").asLong()));
        asked = bob();
      } else {
        guesses++;
        asked = answer.status() == 403 ? answer : bob();
      }
    }
    assertThat(guesses).isBetween(20, 45);
  }

  /** Who has the first factor must not try any number of codes by proving it again and again. */
  @Test
  void theRightFirstAnswerBuysNoGuessesAtTheSecond() {
    int guesses = 0;
    for (int i = 0; i < 9; i++) {
      Answer code = line.answer(line.anna(line.begin("scope", "records")), "ssn_last4", "4219");
      // A whole login with the first alone changes nothing either.
      assertThat(line.annaPasses().outcome()).isEqualTo("200");
      String right = step(code).equals("sms") ? line.gateway.next().code() : "";
      for (int two = 0; two < 2 && step(code).equals("sms"); two++) {
        String wrong = "%06d".formatted((Integer.parseInt(right) + 1 + two) % 1_000_000);
        Answer answer = line.answer(code, "code", wrong);
        guesses += isAsked(answer) ? 1 : 0;
      }
    }
    assertThat(guesses).isEqualTo(5);
  }

  @Test
  void somebodyNobodyKnowsIsLockedAsOthersAre() {
    List<String> known = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      known.addAll(threeWrong(bob()));
      unknown.addAll(threeWrong(named(line.begin(), "Not Bob", "11/30/1971")));
      line.server.clock().advance(Duration.ofSeconds(3));
    }
    assertThat(unknown).isEqualTo(known);
    assertThat(known).contains("503 temporarily_unavailable 1");
  }

  private List<String> threeWrong(Answer asked) {
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Answer answer = line.answer(asked, "ssn_last4", "111" + i);
      outcomes.add(answer.outcome() + " " + answer.text("retry_after"));
    }
    return outcomes;
  }

  /** Anybody can lock what can be guessed; what cannot be is open to whoever has it. */
  @Test
  void whoIsLockedOutByOthersHasOtherWaysIn() {
    for (int i = 0; i < 3; i++) {
      threeWrong(line.anna(line.begin()));
    }
    assertThat(waits(line.answer(line.anna(line.begin()), "ssn_last4", "4219"))).isTrue();

    Answer password = line.answer(line.begin("acr_values", PASSWORD), "username", "anna");
    assertThat(line.answer(password, "password", "correct horse").outcome()).isEqualTo("200");

    // The whole line waits, passkeys do not.
    line.guessesElsewhere();
    Answer bobs = line.answer(bob(), "ssn_last4", "0042");
    assertThat(waits(bobs)).isTrue();
    Answer pin = line.anna(line.begin("acr_values", "urn:clinic:keys"));
    assertThat(waits(line.answer(pin, "pin", "1234"))).isTrue();
    Answer passkey = line.ask(pin, "passkey");
    assertThat(step(passkey)).isEqualTo("passkey");
    String credential =
        "{\"id\":\"AAAA\",\"rawId\":\"AAAA\",\"type\":\"public-key\",\"clientExtensionResults\":{},"
            + "\"response\":{\"clientDataJSON\":\"%s\","
            + "\"authenticatorData\":\"%s\",\"signature\":\"AAAA\"}}";
    assertThat(
            reason(
                line.answer(
                    passkey,
                    "credential",
                    credential.formatted(
                        base64(
                            "{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\","
                                + "\"origin\":\"http://localhost\"}"),
                        base64("\0".repeat(37))))))
        .isEqualTo("no_match");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /** A bot that makes the server send texts, at the operator's cost. */
  @Test
  void nobodyGetsMoreThanAFewTexts() {
    int asked = 0;
    Answer answer = null;
    for (int i = 0; i < 20; i++) {
      answer = named(line.begin("acr_values", "urn:clinic:texts"), "Bob Brown", "12/31/1970");
      asked += step(answer).equals("sms") ? 1 : 0;
    }
    assertThat(asked).isEqualTo(10);
    assertThat(waits(answer)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(line.gateway.next().to()).isEqualTo("+14155550177");
    }
    assertThat(line.gateway.waiting()).isZero();
    // Anna's are Anna's.
    assertThat(step(line.anna(line.begin("acr_values", "urn:clinic:texts")))).isEqualTo("sms");
  }

  @Test
  void aSessionThatBeginsAgainAndAgainGetsNoMoreTexts() {
    Answer answer = named(line.begin("acr_values", "urn:clinic:texts"), "Bob Brown", "12/31/1970");
    int texts = 1;
    for (int i = 0; i < 20; i++) {
      String state = "again-" + i;
      answer =
          line.begin(
              "auth_session",
              answer.text("auth_session"),
              "acr_values",
              "urn:clinic:texts",
              "state",
              state);
      texts += step(answer).equals("sms") ? 1 : 0;
    }
    assertThat(texts).isEqualTo(10);
    assertThat(waits(answer)).isTrue();
    assertThat(waits(line.ask(answer, "sms"))).isTrue();
  }

  @Test
  void whoWaitsForATextIsNoMoreKnownThanOthers() {
    List<String> known = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      known.add(outcome(named(textsFirst(), "Bob Brown", "12/31/1970")));
      unknown.add(outcome(named(textsFirst(), "Not Bob", "11/30/1971")));
    }
    assertThat(unknown).isEqualTo(known);
    assertThat(known).contains("503 temporarily_unavailable 1");
  }

  private Answer textsFirst() {
    return line.begin("acr_values", "urn:clinic:texts");
  }

  private static String outcome(Answer answer) {
    return answer.outcome() + " " + answer.text("retry_after");
  }
}
