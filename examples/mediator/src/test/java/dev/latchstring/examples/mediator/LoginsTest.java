package dev.latchstring.examples.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose tokens are held, and for how long. */
class LoginsTest {
  @TempDir static Path data;
  private static Harbor harbor;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(InstantSource.system().instant());
  private final Settings settings = harbor.settings(Duration.ZERO);
  private final Logins logins =
      new Logins(
          () -> ChallengeClient.discover(settings.issuer(), settings.client()),
          ChallengeRequest.of(settings.api(), Scope.of("openid", PointsService.SCOPE))
              .withAcrValues(List.of(Harbor.PASSWORD_ACR)),
          now::get);
  private final Holder anna = new Holder("session-1", null, null);

  @BeforeAll
  static void start() throws Exception {
    harbor = new Harbor(data);
  }

  @AfterAll
  static void stop() {
    harbor.close();
  }

  @AfterEach
  void close() {
    logins.close();
  }

  private static void answer(Login login) {
    login.answer("username", Answer.value("username", "anna"));
    login.answer("password", Answer.value("password", Harbor.CORRECT_HORSE));
  }

  private String token(Holder holder) {
    return logins.tokens(holder).orElseThrow().token().value();
  }

  private String signedIn(Holder holder) {
    Login login = logins.login(holder).orElseThrow();
    answer(login);
    assertThat(login.outcome().orElseThrow()).isEqualTo(new Login.Outcome.SignedIn());
    return token(holder);
  }

  @Test
  void the_end_of_a_session_revokes_its_tokens_and_no_others() {
    String mine = signedIn(anna);
    Holder elsewhere = new Holder("session-2", null, null);
    String other = signedIn(elsewhere);
    assertThat(harbor.isActive(mine)).isTrue();

    logins.ended("session-1");

    assertThat(harbor.isActive(mine)).isFalse();
    assertThat(logins.tokens(anna)).isEmpty();
    assertThat(harbor.isActive(other)).isTrue();
    assertThat(token(elsewhere)).isEqualTo(other);
  }

  @Test
  void what_nobody_uses_is_revoked() throws Exception {
    String mine = signedIn(anna);

    now.updateAndGet(then -> then.plus(Logins.IDLE).plusSeconds(1));
    assertThat(logins.login(new Holder("session-2", null, null))).isPresent();

    assertThat(logins.tokens(anna)).isEmpty();
    Await.until("the token to be revoked", () -> !harbor.isActive(mine));
  }

  @Test
  void a_token_is_renewed_before_it_ends() {
    String first = signedIn(anna);

    now.updateAndGet(then -> then.plus(Duration.ofMinutes(9)).plusSeconds(50));

    assertThat(token(anna)).isNotEqualTo(first);
  }

  @Test
  void an_answer_after_the_session_ended_brings_nothing() {
    Login login = logins.login(anna).orElseThrow();
    assertThat(logins.login(anna).orElseThrow()).as("one at a time").isSameAs(login);
    login.answer("username", Answer.value("username", "anna"));

    logins.ended("session-1");
    login.answer("password", Answer.value("password", Harbor.CORRECT_HORSE));

    assertThat(login.outcome().orElseThrow())
        .isEqualTo(new Login.Outcome.Failed("the session ended"));
    assertThat(logins.tokens(anna)).isEmpty();
    assertThat(logins.size()).isZero();
  }

  @Test
  void a_login_nobody_finishes_ends() {
    Login login = logins.login(anna).orElseThrow();

    now.updateAndGet(then -> then.plus(Login.LIFE));

    assertThat(login.isOver()).isTrue();
    assertThat(login.outcome().orElseThrow().toString()).contains("too long");
    answer(login);
    assertThat(logins.tokens(anna)).isEmpty();
    assertThat(logins.login(anna).orElseThrow()).isNotSameAs(login);
  }

  @Test
  void nobody_but_the_caller_signs_in_for_the_caller() {
    Holder somebody = new Holder("session-1", settings.issuer().toString(), "somebody-else");
    Login login = logins.login(somebody).orElseThrow();

    answer(login);

    assertThat(login.outcome().orElseThrow().toString()).contains("somebody else");
    assertThat(logins.tokens(somebody)).isEmpty();
    assertThat(new Holder("s", "https://a.example", "1").admits("https://b.example", "1"))
        .as("the same subject of another issuer is somebody else")
        .isFalse();
    assertThat(new Holder("s", "https://a.example", "1").admits(null, null)).isFalse();
  }
}
