package dev.latchstring.authorizationserver.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.account.AttemptKey.Kind;
import dev.latchstring.authorizationserver.account.AttemptStore.Admission;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Together;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class AttemptStoreTest extends StoreFixture {
  private static final AttemptKey ALICE = new AttemptKey(Kind.USERNAME, "alice");
  private static final AttemptKey ADDRESS = new AttemptKey(Kind.SIGN_IN_ADDRESS, "192.0.2.7");

  private AttemptStore attempts;

  AttemptStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    attempts = new AttemptStore(database, clock, key);
  }

  private Admission admit(AttemptKey... keys) {
    return attempts.admit(List.of(keys));
  }

  private void fail(int times, AttemptKey... keys) {
    for (int i = 0; i < times; i++) {
      assertThat(admit(keys)).isEqualTo(new Admission.Admitted());
    }
  }

  @Test
  void after_five_failures_the_delay_doubles_with_each() {
    fail(5, ALICE);
    assertThat(admit(ALICE)).isEqualTo(new Admission.Delayed(Duration.ofSeconds(1)));

    clock.advance(Duration.ofSeconds(1));
    fail(1, ALICE);
    assertThat(admit(ALICE)).isEqualTo(new Admission.Delayed(Duration.ofSeconds(2)));

    clock.advance(Duration.ofSeconds(2));
    fail(1, ALICE);
    assertThat(admit(ALICE)).isEqualTo(new Admission.Delayed(Duration.ofSeconds(4)));
  }

  @Test
  void who_comes_at_the_moment_of_a_failure_is_not_told_to_wait() {
    fail(1, ALICE);
    clock.advance(Duration.ofMillis(-5));

    assertThat(attempts.delay(ALICE)).isZero();
    fail(1, ALICE);
  }

  @Test
  void the_delay_of_a_name_never_exceeds_a_minute_for_anybody_can_cause_it() {
    fail(5, ALICE);
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofMinutes(1));
      fail(1, ALICE);
    }
    assertThat(admit(ALICE)).isEqualTo(new Admission.Delayed(Duration.ofMinutes(1)));
  }

  @Test
  void a_delayed_attempt_is_not_counted_against_its_other_keys() {
    fail(5, ALICE);
    for (int i = 0; i < 30; i++) {
      assertThat(admit(ALICE, ADDRESS)).isInstanceOf(Admission.Delayed.class);
    }
    fail(20, ADDRESS);
    assertThat(admit(ADDRESS)).isInstanceOf(Admission.Delayed.class);
  }

  @Test
  void success_forgets_the_failures_of_a_name_but_only_its_own_attempt_of_an_address() {
    fail(4, ALICE, ADDRESS);
    fail(1, ALICE, ADDRESS);
    attempts.succeeded(List.of(ALICE, ADDRESS));

    fail(5, ALICE);
    fail(16, ADDRESS);
    assertThat(admit(ADDRESS)).isInstanceOf(Admission.Delayed.class);
  }

  @Test
  void a_quiet_hour_forgets() {
    fail(5, ALICE);
    clock.advance(Duration.ofHours(1));
    fail(5, ALICE);
    assertThat(admit(ALICE)).isEqualTo(new Admission.Delayed(Duration.ofSeconds(1)));
  }

  @Test
  void attempts_at_the_same_moment_do_not_slip_through_together() throws Exception {
    List<Admission> admissions = Together.run(40, () -> attempts.admit(List.of(ALICE)));

    assertThat(admissions).filteredOn(Admission.Admitted.class::isInstance).hasSize(5);
  }

  @Test
  void neither_names_nor_addresses_are_in_the_database() {
    fail(1, ALICE, ADDRESS);
    assertThat(dump("attempt")).doesNotContain("alice").doesNotContain("192.0.2.7");
    assertThat(rows("attempt")).isEqualTo(2);
  }
}
