package dev.latchstring.authorizationserver.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class AccountStoreTest extends StoreFixture {
  private AccountStore accounts;
  private final PasswordHash passwords = PasswordHash.cheap(random);

  AccountStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    accounts = new AccountStore(database, clock, random, passwords);
  }

  private static AccountSpecification account(String username, String password, String... teams) {
    return new AccountSpecification(
        username, password, null, "Display " + username, List.of(teams), Map.of("birthdate", "x"));
  }

  @Test
  void provisioned_accounts_are_found_by_name_in_any_case_and_by_subject() {
    assertThat(accounts.isEmpty()).isTrue();
    accounts.provision(List.of(account("Alice", "correct horse", "front-desk", "night shift")));

    Account alice = accounts.findByUsername("aLICE").orElseThrow();
    assertThat(alice.username()).isEqualTo("Alice");
    assertThat(alice.displayName()).isEqualTo("Display Alice");
    assertThat(alice.teams()).containsExactly("front-desk", "night shift");
    assertThat(accounts.findBySubject(alice.subject())).contains(alice);
    assertThat(accounts.findByUsername("bob")).isEmpty();
    assertThat(accounts.isEmpty()).isFalse();
    assertThat(dump("account")).doesNotContain("correct horse");
  }

  @Test
  void a_subject_and_a_hash_stay_when_only_the_teams_change() {
    accounts.provision(List.of(account("alice", "correct horse")));
    Account before = accounts.findByUsername("alice").orElseThrow();
    String hash = accounts.credential("alice").orElseThrow().passwordHash();

    accounts.provision(List.of(account("ALICE", "correct horse", "surgery")));

    Account after = accounts.findByUsername("alice").orElseThrow();
    assertThat(after.subject()).isEqualTo(before.subject());
    assertThat(after.teams()).containsExactly("surgery");
    assertThat(accounts.credential("alice").orElseThrow().passwordHash()).isEqualTo(hash);
  }

  @Test
  void an_account_that_left_the_configuration_is_disabled_and_comes_back_as_the_same() {
    accounts.provision(List.of(account("alice", "a"), account("bob", "b")));
    String subject = accounts.findByUsername("alice").orElseThrow().subject();

    accounts.provision(List.of(account("bob", "b")));
    assertThat(accounts.findByUsername("alice")).isEmpty();
    assertThat(accounts.findBySubject(subject)).isEmpty();
    assertThat(accounts.findByUsername("bob")).isPresent();

    accounts.provision(List.of(account("alice", "a")));
    assertThat(accounts.findByUsername("alice").orElseThrow().subject()).isEqualTo(subject);
  }

  @Test
  void two_accounts_of_one_name_are_refused_and_nothing_changes() {
    assertThatThrownBy(
            () -> accounts.provision(List.of(account("alice", "a"), account("Alice", "b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    assertThat(accounts.isEmpty()).isTrue();
  }

  @Test
  void only_the_right_password_of_an_account_that_is_there_authenticates() {
    accounts.provision(List.of(account("alice", "correct horse"), account("bob", "battery")));
    try (PasswordAuthentication authentication =
        new PasswordAuthentication(accounts, passwords, 2)) {
      assertThat(authentication.authenticate("alice", "correct horse").orElseThrow().username())
          .isEqualTo("alice");
      assertThat(authentication.authenticate("alice", "battery")).isEmpty();
      assertThat(authentication.authenticate("nobody", "nobody has this password")).isEmpty();
      assertThat(authentication.authenticate("alice", "x".repeat(5000))).isEmpty();

      accounts.provision(List.of(account("bob", "battery")));
      assertThat(authentication.authenticate("alice", "correct horse")).isEmpty();
    }
  }

  @Test
  void a_specification_never_prints_its_password() {
    assertThat(account("alice", "correct horse").toString()).doesNotContain("horse");
  }
}
