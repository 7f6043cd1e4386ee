package dev.latchstring.authorizationserver.challenge.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountSpecification;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.config.AttributeSettings;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.oauth.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class AccountPeopleTest extends StoreFixture {
  private static final String PHC =
      "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ";
  private static final Set<Set<String>> IDENTIFYING =
      Set.of(Set.of("name", "birthdate"), Set.of("member_number"), Set.of("username"));

  private final PasswordHash passwords = new PasswordHash(random);
  private AccountStore accounts;
  private AnswerStore answers;
  private AccountPeople people;

  AccountPeopleTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    accounts = new AccountStore(database, clock, random, passwords);
    answers = answerStore();
    people = new AccountPeople(accounts, answers);
  }

  private AnswerStore answerStore() {
    return new AnswerStore(
        database, key, new NormalForms(AttributeSettings.BUILT_IN), IDENTIFYING, passwords);
  }

  private void provision(AccountSpecification... specifications) {
    answers.seal();
    accounts.provision(List.of(specifications));
    answers.provision(List.of(specifications));
  }

  private static AccountSpecification account(String username, String... attributes) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      map.put(attributes[i], attributes[i + 1]);
    }
    return new AccountSpecification(username, null, PHC, username, List.of("ward"), map);
  }

  private static final AccountSpecification ANNA =
      account(
          "anna",
          "name",
          "Anna Smith-Müller",
          "birthdate",
          "1985-03-03",
          "ssn_last4",
          "4219",
          "member_number",
          "MX-77-1034",
          "phone_number",
          "+15550100",
          "email",
          "anna@example.com");

  private static final Map<String, String> ANNAS =
      Map.of(
          "name",
          AttributeSettings.BUILT_IN.get("name").onFile("Anna Smith-Müller").orElseThrow(),
          "birthdate",
          "1985-03-03");

  @Test
  void somebody_is_found_by_any_of_the_sets_of_attributes_and_again_by_their_key() {
    provision(ANNA, account("ben", "name", "Ben", "birthdate", "1985-03-03"));
    Account anna = accounts.findByUsername("anna").orElseThrow();

    Person person = people.identify(ANNAS);
    assertThat(person.subject()).contains(anna.subject());
    assertThat(people.identify(Map.of("username", "anna")).subject()).contains(anna.subject());
    assertThat(people.find(person.key()).subject()).contains(anna.subject());
    assertThat(person.knows("ssn_last4", "4219")).isTrue();
    assertThat(person.knows("ssn_last4", "4218")).isFalse();
    assertThat(person.knows("postcode", "4219")).isFalse();
    assertThat(person.address(Channel.SMS)).contains("+15550100");
    assertThat(person.address(Channel.EMAIL)).contains("anna@example.com");
    assertThat(person.passwordHash()).isEqualTo(PHC);
    assertThat(people.account(anna.subject())).contains(anna);
    assertThat(people.account("elsewhere#17")).isEmpty();
  }

  @Test
  void half_an_answer_another_set_and_somebody_elses_birthdate_find_nobody() {
    provision(ANNA, account("ben", "name", "Ben", "birthdate", "1990-01-01"));
    Map<String, String> mixed = Map.of("name", ANNAS.get("name"), "birthdate", "1990-01-01");

    assertThat(people.identify(mixed).subject()).isEmpty();
    assertThat(people.identifiesBy(Set.of("birthdate"))).isFalse();
    assertThatThrownBy(() -> people.identify(Map.of("birthdate", "1985-03-03")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("1985");
  }

  @Test
  void two_people_of_one_name_and_birthdate_are_nobody() {
    provision(
        account("ann1", "name", "Ann Lee", "birthdate", "1970-01-01", "ssn_last4", "1111"),
        account("ann2", "name", "Ann Lee", "birthdate", "1970-01-01", "ssn_last4", "2222"));
    Person person = people.identify(Map.of("name", "ann lee", "birthdate", "1970-01-01"));
    assertThat(person.subject()).isEmpty();
    assertThat(person.knows("ssn_last4", "1111")).isFalse();
    assertThat(person.knows("ssn_last4", "2222")).isFalse();
  }

  @Test
  void a_decoy_is_the_same_each_time_and_differs_in_nothing_but_its_subject() {
    provision(ANNA);
    Map<String, String> nobodys = Map.of("name", "nobody atall", "birthdate", "1985-03-03");
    Person real = people.identify(ANNAS);
    Person decoy = people.identify(nobodys);
    Person again = people.find(people.identify(nobodys).key());

    assertThat(again.key()).isEqualTo(decoy.key()).hasSameSizeAs(real.key());
    assertThat(again.passwordHash()).isEqualTo(decoy.passwordHash()).hasSameSizeAs(PHC);
    assertThat(decoy.passwordHash()).startsWith("$argon2id$v=19$m=64,t=1,p=1$").isNotEqualTo(PHC);
    assertThat(PasswordHash.isPhc(decoy.passwordHash())).isTrue();
    assertThat(again.decoySeed()).isEqualTo(decoy.decoySeed()).hasSize(32);
    assertThat(decoy.decoySeed()).isNotEqualTo(real.decoySeed());
    assertThat(decoy.subject()).isEmpty();
    assertThat(decoy.knows("ssn_last4", "4219")).isFalse();
    assertThat(decoy.address(Channel.SMS)).isEmpty();
    assertThat(people.identify(Map.of("name", "nobody else", "birthdate", "1985-03-03")).key())
        .isNotEqualTo(decoy.key());
    assertThat(decoy.toString()).doesNotContain(decoy.key());
  }

  @Test
  void where_there_is_no_account_at_all_there_are_decoys() {
    Person decoy = people.identify(ANNAS);
    assertThat(decoy.subject()).isEmpty();
    assertThat(PasswordHash.isPhc(decoy.passwordHash())).isTrue();
    assertThat(decoy.knows("ssn_last4", "4219")).isFalse();
  }

  @Test
  void a_disabled_account_is_nobody_and_comes_back() {
    provision(ANNA, account("ben"));
    Person before = people.identify(ANNAS);
    provision(account("ben"));
    assertThat(people.identify(ANNAS).subject()).isEmpty();
    assertThat(people.find(before.key()).subject()).isEmpty();
    assertThat(people.account(before.key())).isEmpty();
    provision(ANNA);
    assertThat(people.identify(ANNAS).subject()).isEqualTo(before.subject());
  }

  @Test
  void a_pin_is_hashed_encrypted_and_kept_where_it_did_not_change() {
    AccountSpecification with =
        new AccountSpecification(
            "anna", null, PHC, "anna", List.of(), ANNA.attributes(), "271828", null);
    provision(with, account("ben"));
    String pin = people.identify(ANNAS).pinHash();
    assertThat(passwords.matches("271828", pin)).isTrue();
    assertThat(dump("account_pin")).doesNotContain("argon2id");
    provision(with, account("ben"));
    assertThat(people.identify(ANNAS).pinHash()).isEqualTo(pin);

    Person ben = people.identify(Map.of("username", "ben"));
    assertThat(ben.subject()).isPresent();
    assertThat(PasswordHash.isPhc(ben.pinHash())).isTrue();
    assertThat(ben.pinHash()).isNotEqualTo(PHC);

    provision(ANNA);
    assertThat(passwords.matches("271828", people.identify(ANNAS).pinHash())).isFalse();
    assertThat(rows("account_pin")).isZero();
  }

  @Test
  void what_is_provisioned_twice_is_written_once_and_what_is_gone_is_deleted() {
    provision(ANNA);
    provision(ANNA);
    assertThat(rows("account_answer")).isEqualTo(7);
    assertThat(rows("account_lookup")).isEqualTo(3);
    provision(account("anna", "name", "Anna Smith-Müller"));
    assertThat(rows("account_lookup")).isEqualTo(1);
    assertThat(rows("account_answer")).isEqualTo(2);
    assertThat(people.identify(ANNAS).subject()).isEmpty();
  }

  @Test
  void equal_answers_of_two_people_are_not_equal_in_the_database() {
    provision(
        account("a", "birthdate", "1985-03-03", "ssn_last4", "4219", "name", "A B"),
        account("b", "birthdate", "1985-03-03", "ssn_last4", "4219", "name", "C D"));
    List<byte[]> hashes =
        database.read(handle ->
            handle
                .createQuery(
                    "select answer_hash from account_answer union all select lookup_hash from account_lookup")
                .mapTo(byte[].class)
                .list());
    assertThat(hashes.stream().map(hash -> new String(hash, StandardCharsets.ISO_8859_1)))
        .doesNotHaveDuplicates()
        .hasSize(12);
  }

  @Test
  void no_byte_of_the_database_shows_an_answer_not_even_where_an_older_version_did() {
    AccountSpecification[] old = {ANNA, account("gone", "birthdate", "1971-12-24")};
    accounts.provision(List.of(old));
    database.write(handle -> {
      for (AccountSpecification account : old) {
        handle
            .createUpdate("update account set attributes = :a where username = :u")
            .bind("a", Json.write(account.attributes()))
            .bind("u", account.username())
            .execute();
      }
      return handle.execute("update account set disabled_at = 1 where username = 'gone'");
    });
    assertThat(dump("account")).contains("4219", "1985-03-03", "1971-12-24");

    answers.seal();

    assertThat(people.identify(ANNAS).knows("ssn_last4", "4219")).isTrue();
    assertThat(rows("account_answer")).isEqualTo(9);
    String everything = dump("account") + dump("account_answer") + dump("account_lookup") + raw();
    assertThat(everything)
        .contains("anna@example.com")
        .doesNotContain("4219")
        .doesNotContain("1985-03-03")
        .doesNotContain("1971-12-24")
        .doesNotContain("MX-77-1034")
        .doesNotContain("mx771034");
    answers.seal();
    provision(ANNA);
    assertThat(raw()).doesNotContain("4219").doesNotContain("MX-77-1034");
  }

  /** Every byte of an SQLite database and what lies beside it; nothing of another. */
  private String raw() {
    String prefix = "jdbc:sqlite:";
    StringBuilder bytes = new StringBuilder();
    if (configuration.url().startsWith(prefix)) {
      for (String suffix : List.of("", "-wal")) {
        Path file = Path.of(configuration.url().substring(prefix.length()) + suffix);
        try {
          bytes.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
    return bytes.toString();
  }

  @Test
  void whoever_has_the_database_and_not_the_key_guesses_in_vain() {
    provision(ANNA);
    List<byte[]> stored =
        database.read(handle ->
            handle
                .createQuery("select answer_hash from account_answer")
                .mapTo(byte[].class)
                .list());
    String subject = accounts.findByUsername("anna").orElseThrow().subject();
    AnswerHashes guesser =
        new AnswerHashes(dev.latchstring.authorizationserver.keys.ServerKey.inMemory(random));
    int found = 0;
    for (int guess = 0; guess < 10_000; guess++) {
      byte[] hash = guesser.knowledge("ssn_last4", subject, "%04d".formatted(guess));
      byte[] plain = dev.latchstring.oauth.Secrets.sha256("%04d".formatted(guess));
      for (byte[] each : stored) {
        found +=
            java.util.Arrays.equals(each, hash) || java.util.Arrays.equals(each, plain) ? 1 : 0;
      }
    }
    assertThat(found).isZero();
    // The same guesser with the key needs no time at all: the key is what has to be kept.
    assertThat(stored).contains(new AnswerHashes(key).knowledge("ssn_last4", subject, "4219"));
  }

  @Test
  void a_value_that_is_not_of_its_form_is_named_by_account_and_attribute_alone() {
    AccountSpecification wrong = account("carla", "birthdate", "no such day 77");
    accounts.provision(List.of(wrong));
    assertThatThrownBy(() -> answers.provision(List.of(wrong)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("carla")
        .hasMessageContaining("birthdate")
        .hasMessageNotContaining("77");
    assertThat(rows("account_answer")).isZero();
  }

  @Test
  void many_accounts_are_provisioned_once_and_for_all() {
    AccountSpecification[] many = new AccountSpecification[300];
    for (int i = 0; i < many.length; i++) {
      many[i] =
          account(
              "user" + i,
              "name",
              "Person " + (char) ('a' + i % 26) + (char) ('a' + i / 26 % 26) + " Family",
              "birthdate",
              "19%02d-%02d-%02d".formatted(i % 90 + 10, i / 90 % 12 + 1, i / 1080 % 28 + 1),
              "ssn_last4",
              "%04d".formatted(i),
              "member_number",
              "M" + i);
    }
    provision(many);
    provision(many);
    assertThat(rows("account_answer")).isEqualTo(1_500);
    assertThat(people.identify(Map.of("username", "user299")).knows("ssn_last4", "0299")).isTrue();
  }

  @Test
  void many_who_ask_at_once_get_each_their_own() throws Exception {
    AccountSpecification[] many = new AccountSpecification[50];
    for (int i = 0; i < many.length; i++) {
      many[i] = account("user" + i, "member_number", "M" + i, "ssn_last4", "%04d".formatted(i));
    }
    provision(many);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int n = i % 100;
      calls.add(() -> {
        Person person = people.identify(Map.of("username", "user" + n));
        boolean knows = person.knows("ssn_last4", "%04d".formatted(n));
        Optional<Account> account = person.subject().flatMap(people::account);
        return n < 50
            ? knows && account.orElseThrow().displayName().equals("user" + n)
            : !knows && account.isEmpty();
      });
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> answer : threads.invokeAll(calls)) {
        assertThat(answer.get()).isTrue();
      }
    }
  }
}
