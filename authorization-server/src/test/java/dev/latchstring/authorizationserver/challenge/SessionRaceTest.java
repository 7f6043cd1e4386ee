package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.attemptsLeft;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.Together;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many requests of one session or about one person at the same moment. */
class SessionRaceTest {
  private static Clinic clinic;
  private static PhoneLine line;

  @BeforeAll
  static void open() {
    clinic = new Clinic();
    line = PhoneLine.open(DatabaseKind.SQLITE, PhoneLine.YAML + clinic.configuration());
  }

  @AfterAll
  static void close() {
    line.close();
    clinic.close();
  }

  /** A right answer at the wrong moment must not be taken for one to the step that is asked now. */
  @Test
  void anAnswerCountsForTheStepThatWasAskedWhenItWasSent() {
    Answer ssn = line.anna(line.begin("scope", "records"));
    clinic.hold(1);
    CompletableFuture<Answer> late =
        CompletableFuture.supplyAsync(() -> line.answer(ssn, "ssn_last4", "four two one nine"));
    clinic.await();

    assertThat(step(line.answer(ssn, "ssn_last4", "4219"))).isEqualTo("sms");
    clinic.release();

    assertThat(late.join().outcome()).isEqualTo("503 temporarily_unavailable");
    assertThat(step(line.ask(ssn, "sms"))).isEqualTo("sms");
  }

  /** Nor for one that is about somebody else by now: it would be counted against the wrong one. */
  @Test
  void anAnswerIsAboutThePersonWhoWasNamedWhenItWasSent() {
    Answer ssn = line.answer(line.begin(), "name", "Somebody Else", "birthdate", "2/2/1982");
    clinic.hold(1);
    CompletableFuture<Answer> late =
        CompletableFuture.supplyAsync(() -> line.answer(ssn, "ssn_last4", "4219"));
    clinic.await();

    line.anna(line.ask(ssn, "identity"));
    clinic.release();

    assertThat(late.join().outcome()).isEqualTo("503 temporarily_unavailable");
  }

  @Test
  void aServerThatIsKilledWhileItChecksHasCountedTheAnswer() {
    Answer ssn = line.answer(line.begin(), "name", "Killed Server", "birthdate", "3/4/1985");
    clinic.hold(2);
    CompletableFuture<Answer> neverAnswered =
        CompletableFuture.supplyAsync(() -> line.answer(ssn, "ssn_last4", "0001"));
    clinic.await();

    assertThat(line.answer(ssn, "ssn_last4", "0002").outcome())
        .as("while the first is checked")
        .isEqualTo("503 temporarily_unavailable");
    line.server.clock().advance(Duration.ofSeconds(31));
    Answer afterwards = line.answer(ssn, "ssn_last4", "0003");
    assertThat(reason(afterwards)).isEqualTo("no_match");
    assertThat(attemptsLeft(afterwards)).isEqualTo(1);

    clinic.release();
    assertThat(neverAnswered.join().outcome())
        .as("it came back from the dead")
        .isEqualTo("400 invalid_session");
    assertThat(line.answer(ssn, "ssn_last4", "0004").outcome()).isEqualTo("400 access_denied");
  }

  @Test
  void manyAnswersAtOnceAreNoMoreThanTheAttemptsOfASession() throws Exception {
    Answer ssn = line.answer(line.begin(), "name", "Many Answers", "birthdate", "5/6/1957");
    AtomicInteger next = new AtomicInteger(1000);

    List<Answer> answers =
        Together.run(60, () -> line.answer(ssn, "ssn_last4", "" + next.getAndIncrement()));

    assertThat(answers.stream().filter(SessionRaceTest::wasChecked)).hasSizeLessThanOrEqualTo(3);
    assertThat(answers)
        .extracting(Answer::outcome)
        .isSubsetOf(
            "403 insufficient_authorization",
            "503 temporarily_unavailable",
            "400 access_denied",
            "400 invalid_session");
  }

  @Test
  void manySessionsAtOnceAreNoMoreThanTheAttemptsAtAPerson() throws Exception {
    List<Answer> asked =
        Together.run(
            40, () -> line.answer(line.begin(), "name", "Many Sessions", "birthdate", "7/8/1959"));
    AtomicInteger next = new AtomicInteger();

    List<Answer> answers =
        Together.run(
            40,
            () -> {
              int which = next.getAndIncrement();
              return line.answer(asked.get(which), "ssn_last4", "" + (2000 + which));
            });

    assertThat(answers.stream().filter(SessionRaceTest::wasChecked)).hasSize(5);
    assertThat(answers.stream().filter(answer -> answer.json().has("retry_after"))).hasSize(35);
  }

  private static boolean wasChecked(Answer answer) {
    return reason(answer).equals("no_match") || answer.outcome().equals("400 access_denied");
  }

  @Test
  void aLoginThatIsRepeatedAtOnceGivesOneCode() throws Exception {
    Answer ssn = line.anna(line.begin());

    List<Answer> answers = Together.run(20, () -> line.answer(ssn, "ssn_last4", "4219"));

    assertThat(answers)
        .extracting(Answer::outcome)
        .isSubsetOf("200", "503 temporarily_unavailable");
    assertThat(
            answers.stream()
                .filter(answer -> answer.status() == 200)
                .map(answer -> answer.text("authorization_code"))
                .distinct())
        .hasSize(1);
  }
}
