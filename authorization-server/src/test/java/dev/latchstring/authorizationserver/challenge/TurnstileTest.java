package dev.latchstring.authorizationserver.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore.Held;
import dev.latchstring.authorizationserver.challenge.Login.Proof;
import dev.latchstring.authorizationserver.challenge.Login.Turn;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class TurnstileTest extends StoreFixture {
  private static final byte[] MAC = {1};
  private static final Login ASKED =
      Login.of("anna").asked(new Turn("ssn", Json.readTree("{\"code\":\"x\"}"), null));

  private AuthSessionStore sessions;
  private Turnstile turnstile;
  private ChallengeRequest request;

  TurnstileTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void begin() {
    sessions = new AuthSessionStore(database, clock, random, key);
    turnstile = new Turnstile(database, sessions, new AttemptStore(database, clock, key), clock);
    String name = sessions.newName();
    RegisteredClient client =
        new RegisteredClient(
            "line",
            null,
            Json.read("{\"token_endpoint_auth_method\":\"none\"}", ClientMetadata.class),
            clock.instant(),
            Origin.CONFIGURED);
    request =
        new ChallengeRequest(client, FormParameters.parse("step=ssn"), null, name, "192.0.2.1");
    database.write(handle -> {
      sessions.create(
          handle, name, "line", null, ASKED, null, clock.instant().plus(Duration.ofMinutes(5)));
      return true;
    });
  }

  private Held seen() {
    return sessions.find(request.session()).orElseThrow();
  }

  private void change(Login login) {
    database.write(handle -> {
      sessions.save(handle, seen(), login, null, null, seen().expiresAt());
      return true;
    });
  }

  private Turnstile.Passage enter(Held seen) {
    return turnstile.enter(request, seen, MAC, held -> Turnstile.Cost.none(held.login()));
  }

  private void refusesAfter(Login login) {
    Held seen = seen();
    change(login);
    assertThatThrownBy(() -> enter(seen))
        .isInstanceOf(OAuthException.class)
        .hasMessageContaining("one at a time");
  }

  @Test
  void a_request_enters_where_nothing_but_counts_has_changed() {
    Held seen = seen();
    change(ASKED.counting(0, 0, 1, 0));

    assertThat(enter(seen)).isInstanceOf(Turnstile.Passage.Through.class);
  }

  /** Else somebody could go back and name another person, with what the first one proved. */
  @Test
  void a_request_that_saw_nothing_proven_does_not_enter_once_something_is() {
    refusesAfter(
        ASKED.proven(new Proof("ssn", "knowledge", List.of("kba"), 1)).asked(ASKED.turn()));
  }

  @Test
  void a_request_about_one_person_does_not_enter_when_it_is_another() {
    refusesAfter(ASKED.identified("bob").asked(ASKED.turn()));
  }

  @Test
  void an_answer_to_one_step_does_not_enter_when_another_is_asked() {
    refusesAfter(ASKED.asked(new Turn("sms", ASKED.turn().kept(), null)));
  }

  @Test
  void an_answer_to_one_sending_does_not_enter_after_the_next() {
    refusesAfter(ASKED.asked(new Turn("ssn", Json.readTree("{\"code\":\"y\"}"), null)));
  }

  @Test
  void while_one_is_let_through_no_other_is_for_half_a_minute() {
    Held seen = seen();
    enter(seen);
    assertThatThrownBy(() -> enter(seen())).isInstanceOf(OAuthException.class);
    clock.advance(Duration.ofSeconds(31));

    assertThat(enter(seen())).isInstanceOf(Turnstile.Passage.Through.class);
  }
}
