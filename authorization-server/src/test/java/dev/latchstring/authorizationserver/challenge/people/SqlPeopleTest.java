package dev.latchstring.authorizationserver.challenge.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.config.AttributeSettings;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.PeopleSettings;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class SqlPeopleTest extends StoreFixture {
  private static final String QUERY =
      "select patient_id as id, full_name as name, birthdate, ssn_last4, phone as phone_number,"
          + " shown as display_name, wards as teams, pw as password_hash"
          + " from patient where birthdate = :birthdate";
  private static final String PERSON_QUERY =
      QUERY.replace("birthdate = :birthdate", "patient_id = :id");
  private static final String PHC =
      "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ";

  private final boolean sqlite;
  private final DatabaseConfiguration theirs;
  private Jdbi operator;
  private PeopleSource people;

  SqlPeopleTest(DatabaseKind kind) {
    super(kind);
    this.sqlite = kind == DatabaseKind.SQLITE;
    this.theirs = kind.fresh();
  }

  @BeforeEach
  void fill() {
    operator =
        theirs.user() == null
            ? Jdbi.create(theirs.url())
            : Jdbi.create(theirs.url(), theirs.user(), "");
    operator.useHandle(handle -> {
      handle.execute("drop table if exists patient");
      handle.execute(
          "create table patient (patient_id integer primary key, full_name text, birthdate date,"
              + " ssn_last4 integer, phone text, shown text, wards text, pw text)");
    });
    insert(1, "Anna Smith", "1985-03-03", 421, "+15550100", "Anna", "ward 1, night", PHC);
    insert(2, "Ben Young", "1985-03-03", 9999, null, null, null, null);
    insert(3, "Ann Lee", "1970-01-01", 1111, null, null, null, null);
    insert(4, "Lee, Ann", "1970-01-01", 2222, null, null, null, null);
    insert(5, null, "1985-03-03", null, null, null, null, null);
    people = open(QUERY, PERSON_QUERY);
  }

  private void insert(Object... values) {
    String date = sqlite ? "?" : "cast(? as date)";
    operator.useHandle(handle ->
        handle.execute("insert into patient values (?, ?, " + date + ", ?, ?, ?, ?, ?)", values));
  }

  private PeopleSource open(String query, String personQuery) {
    return PeopleSources.open(
        new PeopleSettings(
            new PeopleSettings.Sql(
                "clinic", theirs.url(), theirs.user(), null, 2, List.of(query), personQuery),
            AttributeSettings.BUILT_IN),
        null,
        null,
        key,
        clock,
        random);
  }

  @AfterEach
  void close() {
    people.close();
  }

  private Person identify(String name, String birthdate) {
    String normal = AttributeSettings.BUILT_IN.get("name").onFile(name).orElse(name);
    return people.identify(Map.of("name", normal, "birthdate", birthdate));
  }

  @Test
  void a_patient_is_found_among_those_of_one_birthdate_and_again_by_the_key() {
    Person anna = identify("Smith, Anna", "1985-03-03");
    assertThat(anna.subject()).contains("clinic#1");
    assertThat(anna.knows("ssn_last4", "0421")).isTrue();
    assertThat(anna.knows("ssn_last4", "0422")).isFalse();
    assertThat(anna.knows("postcode", "0421")).isFalse();
    assertThat(anna.passwordHash()).isEqualTo(PHC);
    assertThat(PasswordHash.isPhc(anna.pinHash())).isTrue();

    Person again = people.find(anna.key());
    assertThat(again.subject()).contains("clinic#1");
    assertThat(again.knows("ssn_last4", "0421")).isTrue();
    assertThat(again.address(Channel.SMS)).contains("+15550100");
    assertThat(again.address(Channel.EMAIL)).isEmpty();
    assertThat(again.decoySeed()).isEqualTo(anna.decoySeed());
    assertThat(anna.key()).doesNotContain("clinic");
  }

  @Test
  void an_account_is_derived_of_a_subject_that_is_still_there() {
    Account anna = people.account("clinic#1").orElseThrow();
    assertThat(anna.subject()).isEqualTo("clinic#1");
    assertThat(anna.username()).isNull();
    assertThat(anna.displayName()).isEqualTo("Anna");
    assertThat(anna.teams()).containsExactly("ward 1", "night");
    assertThat(people.account("clinic#2").orElseThrow().displayName()).isEmpty();
    assertThat(people.account("clinic#77")).isEmpty();
    assertThat(people.account("clinic#")).isEmpty();
    assertThat(people.account("other#1")).isEmpty();
    assertThat(people.account("1")).isEmpty();
    assertThat(people.account("clinic#1 or 1=1")).isEmpty();
  }

  @Test
  void two_patients_of_one_name_and_birthdate_are_nobody() {
    Person nobody = identify("Ann Lee", "1970-01-01");
    assertThat(nobody.subject()).isEmpty();
    assertThat(nobody.knows("ssn_last4", "1111")).isFalse();
    assertThat(nobody.knows("ssn_last4", "2222")).isFalse();
  }

  @Test
  void nobody_is_the_same_decoy_each_time_also_where_an_id_of_theirs_is_somebodys() {
    for (int i = 0; i < 50; i++) {
      Person decoy = identify("Nobody " + "x".repeat(i + 1), "1985-03-03");
      Person again = people.find(decoy.key());
      assertThat(decoy.subject()).isEmpty();
      assertThat(again.subject()).isEmpty();
      assertThat(again.key()).isEqualTo(decoy.key());
      assertThat(decoy.key()).hasSameSizeAs(identify("Anna Smith", "1985-03-03").key());
      assertThat(again.decoySeed()).isEqualTo(decoy.decoySeed());
      assertThat(decoy.knows("ssn_last4", "0421")).isFalse();
      assertThat(again.knows("ssn_last4", "0421")).isFalse();
      assertThat(again.address(Channel.SMS)).isEmpty();
      assertThat(PasswordHash.isPhc(again.passwordHash())).isTrue();
    }
    assertThat(identify("Anna Smith", "1999-09-09").subject()).isEmpty();
    assertThat(people.find("not a key at all").subject()).isEmpty();
    assertThat(people.find("").subject()).isEmpty();
  }

  @Test
  void whoever_has_a_decoys_hash_to_check_takes_as_long_as_with_those_here() {
    identify("Anna Smith", "1985-03-03").passwordHash();
    assertThat(identify("Nobody", "1985-03-03").passwordHash())
        .startsWith("$argon2id$v=19$m=64,t=1,p=1$")
        .isNotEqualTo(PHC);
  }

  @Test
  void an_answer_is_never_part_of_the_query() {
    for (String attack :
        List.of(
            "1985-03-03' or '1'='1",
            "'; drop table patient; --",
            "1985-03-03\0",
            ":birthdate",
            "?",
            "<birthdate>",
            "${birthdate}",
            "%")) {
      Person nobody = people.identify(Map.of("name", "anna smith", "birthdate", attack));
      assertThat(nobody.subject()).isEmpty();
      assertThat(people.find(nobody.key()).subject()).isEmpty();
    }
    assertThat(identify("Anna Smith", "1985-03-03").subject()).isPresent();
  }

  @Test
  void the_connection_reads_and_nothing_else() {
    String writing =
        sqlite
            ? "insert into patient (patient_id) values (99) returning patient_id as id, birthdate"
            : "with w as (insert into patient (patient_id) values (99) returning *)"
                + " select patient_id as id, birthdate, full_name as name from w"
                + " where birthdate = :birthdate";
    try (PeopleSource source =
        open(
            sqlite ? QUERY : writing, sqlite ? QUERY.replace(":birthdate", ":id") : PERSON_QUERY)) {
      if (!sqlite) {
        assertUnavailable(
            () -> source.identify(Map.of("name", "anna smith", "birthdate", "1985-03-03")));
      }
    }
    long rows =
        operator.<Long, RuntimeException>withHandle(
            handle -> handle.createQuery("select count(*) from patient").mapTo(Long.class).one());
    assertThat(rows).isEqualTo(5);
  }

  @Test
  void more_than_two_hundred_candidates_are_nobody() {
    for (int i = 0; i < 198; i++) {
      insert(1000 + i, "Person " + i, "1985-03-03", null, null, null, null, null);
    }
    assertThat(identify("Anna Smith", "1985-03-03").subject()).isEmpty();
    operator.useHandle(handle -> handle.execute("delete from patient where patient_id = 1001"));
    assertThat(identify("Anna Smith", "1985-03-03").subject()).isPresent();
  }

  @Test
  void a_broken_database_is_unavailable_for_known_and_unknown_alike() {
    Person anna = identify("Anna Smith", "1985-03-03");
    Person nobody = identify("Nobody", "1985-03-03");
    operator.useHandle(handle -> handle.execute("alter table patient rename to elsewhere"));
    assertUnavailable(() -> identify("Anna Smith", "1985-03-03"));
    assertUnavailable(() -> identify("Nobody", "1985-03-03"));
    assertUnavailable(() -> people.find(anna.key()));
    assertUnavailable(() -> people.find(nobody.key()));
    assertUnavailable(() -> people.account("clinic#1"));
    operator.useHandle(handle -> handle.execute("alter table elsewhere rename to patient"));
    assertThat(identify("Anna Smith", "1985-03-03").subject()).isPresent();
  }

  @Test
  void a_slow_database_is_unavailable_after_two_seconds() {
    String endless =
        sqlite
            ? "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000)"
                + " select count(*) as id, :birthdate as name, '' as birthdate from n"
            : "select 1 as id, 'x' as name, :birthdate as birthdate from pg_sleep(200)";
    try (PeopleSource slow = open(endless, PERSON_QUERY)) {
      long start = System.nanoTime();
      assertUnavailable(
          () -> slow.identify(Map.of("name", "anna smith", "birthdate", "1985-03-03")));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
      assertThat(slow.find(identify("Anna Smith", "1985-03-03").key()).subject()).isPresent();
    }
  }

  private static void assertUnavailable(Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
              assertThat(e.detail() + e.description())
                  .doesNotContainPattern("(?<!\\d)1985(?!\\d)")
                  .doesNotContain("Anna");
            });
  }

  @Test
  void a_start_says_what_is_wrong_with_a_query() {
    refused("select full_name as name from patient where birthdate = :birthdate", "selects no id");
    refused(
        "select nothing_there as id from patient where birthdate = :birthdate", "nothing_there");
    refused("select patient_id as id, id from patient where birthdate = :born", "database");
    refused("select patient_id as id from patient where birthdate = :born", ":born");
    refused("select patient_id as id from patient where birthdate = ?", "without a name");
    refused("selec patient_id as id from patient", "database");
    assertThatThrownBy(() -> open(QUERY, QUERY))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("person_query");
  }

  private void refused(String query, String why) {
    assertThatThrownBy(() -> open(query, PERSON_QUERY).close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("challenge.people.sql.query")
        .hasMessageContaining(why);
  }

  @Test
  void which_attributes_name_somebody_follows_from_the_query() {
    assertThat(people.identifiesBy(Set.of("name", "birthdate"))).isTrue();
    assertThat(people.identifiesBy(Set.of("birthdate"))).isTrue();
    assertThat(people.identifiesBy(Set.of("name"))).isFalse();
    assertThat(people.identifiesBy(Set.of("birthdate", "member_number"))).isFalse();
    assertThatThrownBy(() -> people.identify(Map.of("name", "anna smith")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void many_who_ask_at_once_get_each_their_own() throws Exception {
    for (int i = 0; i < 30; i++) {
      insert(100 + i, "Same Day", "1950-01-%02d".formatted(i + 1), i, null, null, null, null);
    }
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int n = i % 30;
      calls.add(() -> {
        Person person = identify("Same Day", "1950-01-%02d".formatted(n + 1));
        return person.subject().orElseThrow().equals("clinic#" + (100 + n))
            && people.find(person.key()).knows("ssn_last4", "%04d".formatted(n));
      });
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> answer : threads.invokeAll(calls)) {
        assertThat(answer.get()).isTrue();
      }
    }
  }
}
