package dev.latchstring.authorizationserver.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class SignInSessionStoreTest extends StoreFixture {
  private SignInSessionStore sessions;

  SignInSessionStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    sessions =
        new SignInSessionStore(
            database, clock, random, Duration.ofMinutes(30), Duration.ofHours(8));
  }

  @Test
  void a_cookie_finds_its_session_until_it_is_not_used_for_long() {
    Instant start = clock.instant();
    String cookie = sessions.create("alice");
    assertThat(sessions.find(cookie))
        .contains(new SignInSession("alice", start, start.plus(Duration.ofHours(8))));
    assertThat(dump("sign_in_session")).doesNotContain(cookie);

    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofMinutes(25));
      assertThat(sessions.find(cookie)).isPresent();
    }
    clock.advance(Duration.ofMinutes(30));
    assertThat(sessions.find(cookie)).isEmpty();
  }

  @Test
  void a_session_ends_in_any_case_after_its_lifetime() {
    String cookie = sessions.create("alice");
    for (int i = 0; i < 19; i++) {
      clock.advance(Duration.ofMinutes(25));
      assertThat(sessions.find(cookie)).isPresent();
    }
    clock.advance(Duration.ofMinutes(25));
    assertThat(sessions.find(cookie)).isEmpty();
  }

  @Test
  void removing_one_leaves_the_others_and_removing_all_those_of_other_people() {
    String one = sessions.create("alice");
    String two = sessions.create("alice");
    String bobs = sessions.create("bob");

    sessions.remove(one);
    assertThat(sessions.find(one)).isEmpty();
    assertThat(sessions.find(two)).isPresent();

    sessions.removeAll("alice");
    assertThat(sessions.find(two)).isEmpty();
    assertThat(sessions.find(bobs)).isPresent();
    assertThat(sessions.find("x".repeat(1000))).isEmpty();
  }
}
