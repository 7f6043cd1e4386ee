package dev.latchstring.authorizationserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class DatabaseTest {
  private final DatabaseKind kind;
  private final DatabaseConfiguration configuration;
  private Database database;

  DatabaseTest(DatabaseKind kind) {
    this.kind = kind;
    configuration = kind.borrow();
  }

  @BeforeEach
  void open() {
    database = Database.open(configuration);
    database.write(handle -> handle.execute("delete from revoked_token"));
  }

  @AfterEach
  void close() {
    database.close();
    kind.giveBack(configuration);
  }

  private static int insert(Handle handle, String id) {
    return Change.rows(
        handle, "insert into revoked_token (token_id, expires_at) values (?, 1)", id);
  }

  private List<String> ids() {
    return database.read(handle ->
        handle
            .createQuery("select token_id from revoked_token order by token_id")
            .mapTo(String.class)
            .list());
  }

  @Test
  void what_was_written_is_read_after_the_write_returned() {
    database.write(handle -> insert(handle, "a"));

    assertThat(ids()).containsExactly("a");
    assertThat(database.isHealthy()).isTrue();
  }

  @Test
  void a_unit_that_throws_leaves_nothing_and_its_caller_gets_the_exception_as_it_was() {
    OAuthException refusal = new OAuthException(ErrorCode.INVALID_GRANT, "no");

    assertThatThrownBy(() ->
            database.write(handle -> {
              insert(handle, "a");
              throw refusal;
            }))
        .isSameAs(refusal);
    assertThat(ids()).isEmpty();
  }

  @Test
  void a_write_that_nobody_waits_for_is_stored_when_its_stage_ends() throws Exception {
    CompletionStage<List<String>> stored =
        database.writeLater(handle -> insert(handle, "a")).thenApply(rows -> ids());
    assertThat(stored.toCompletableFuture().get()).containsExactly("a");

    CompletionStage<Integer> two =
        database
            .writeLater(handle -> insert(handle, "b"))
            .thenCompose(rows -> database.writeLater(handle -> insert(handle, "c")));
    assertThat(two.toCompletableFuture().get()).isEqualTo(1);
    assertThat(ids()).containsExactly("a", "b", "c");
  }

  @Test
  void a_write_that_nobody_waits_for_fails_as_any_other() {
    OAuthException refusal = new OAuthException(ErrorCode.INVALID_GRANT, "no");
    assertThat(
            database.writeLater(handle -> {
              insert(handle, "a");
              throw refusal;
            }))
        .failsWithin(Duration.ofMinutes(2))
        .withThrowableThat()
        .havingCause()
        .isSameAs(refusal);
    assertThat(ids()).isEmpty();

    database.close();
    assertThat(database.writeLater(handle -> insert(handle, "b")))
        .failsWithin(Duration.ofMinutes(2))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
  }

  @Test
  void units_that_fail_do_not_fail_their_neighbours() throws Exception {
    AtomicInteger number = new AtomicInteger();

    List<Boolean> stored =
        Together.run(
            200,
            () -> {
              int i = number.getAndIncrement();
              try {
                database.write(handle -> {
                  insert(handle, "id-%03d".formatted(i));
                  if (i % 2 == 1) {
                    throw new IllegalArgumentException("odd");
                  }
                  return true;
                });
                return true;
              } catch (IllegalArgumentException e) {
                return false;
              }
            });

    assertThat(stored).filteredOn(each -> each).hasSize(100);
    assertThat(ids()).hasSize(100).allMatch(id -> Integer.parseInt(id.substring(3)) % 2 == 0);
  }

  @Test
  void what_a_failing_neighbour_takes_back_is_stored_once() throws Exception {
    database.write(handle -> insert(handle, "counter"));
    AtomicInteger number = new AtomicInteger();

    List<Boolean> stored =
        Together.run(
            60,
            () -> {
              boolean fails = number.getAndIncrement() % 12 == 0;
              try {
                database.write(handle -> {
                  handle.execute("update revoked_token set expires_at = expires_at + 1");
                  if (fails) {
                    throw new IllegalArgumentException("every twelfth");
                  }
                  return true;
                });
                return true;
              } catch (IllegalArgumentException e) {
                return false;
              }
            });

    assertThat(stored).filteredOn(each -> each).hasSize(55);
    assertThat(
            database.<Long>read(handle ->
                handle.createQuery("select expires_at from revoked_token").mapTo(Long.class).one()))
        .isEqualTo(56);
  }

  @Test
  void a_broken_rule_of_the_schema_fails_its_own_unit_alone() throws Exception {
    List<Boolean> stored =
        Together.run(
            20,
            () -> {
              try {
                database.write(handle -> insert(handle, "the same"));
                return true;
              } catch (RuntimeException e) {
                return false;
              }
            });

    assertThat(stored).filteredOn(each -> each).hasSize(1);
    assertThat(ids()).containsExactly("the same");
  }

  @Test
  void read_then_write_units_are_as_if_each_were_alone() throws Exception {
    database.write(handle -> insert(handle, "counter"));

    Together.run(
        60,
        () ->
            database.write(handle -> {
              long value =
                  handle
                      .createQuery("select expires_at from revoked_token")
                      .mapTo(Long.class)
                      .one();
              return handle.execute("update revoked_token set expires_at = ?", value + 1);
            }));

    assertThat(
            database.<Long>read(handle ->
                handle.createQuery("select expires_at from revoked_token").mapTo(Long.class).one()))
        .isEqualTo(61);
  }

  @Test
  void an_exception_never_tells_what_was_bound() {
    database.write(handle -> insert(handle, "secret-value"));

    assertThatThrownBy(() -> database.write(handle -> insert(handle, "secret-value")))
        .satisfies(e -> assertThat(e.toString()).doesNotContain("secret-value"));
  }

  @Test
  void closing_finishes_what_was_accepted_and_refuses_what_comes_later() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> accepted =
          threads.submit(() ->
              database.write(handle -> {
                running.countDown();
                await(goOn);
                return insert(handle, "a");
              }));
      running.await();
      Future<?> closing = threads.submit(() -> database.close());
      goOn.countDown();

      assertThat(accepted.get()).isEqualTo(1);
      closing.get();
    }
    assertThatThrownBy(() -> database.write(handle -> insert(handle, "b")))
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
    assertThat(database.isHealthy()).isFalse();

    database = Database.open(configuration);
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void a_database_that_a_newer_version_made_is_refused_with_a_hint() {
    database.write(handle ->
        handle.execute(
            """
            insert into schema_history (installed_rank, version, description, type, script,
              checksum, installed_by, installed_on, execution_time, success)
            select 99, '99', 'later', 'SQL', 'V99__later.sql', 1, installed_by, installed_on, 1,
              success from schema_history where version = '1'
            """));

    assertThatThrownBy(() -> Database.open(configuration))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> {
              assertThat(e).hasMessageContaining("newer");
              assertThat(e.hint()).contains("backup");
            });

    database.write(handle -> handle.execute("delete from schema_history where version = '99'"));
  }

  @Test
  void the_version_that_a_start_looks_for_is_that_of_the_last_script() {
    assertThat(
            database.<String>read(handle ->
                handle
                    .createQuery(
                        "select version from schema_history order by installed_rank desc limit 1")
                    .mapTo(String.class)
                    .one()))
        .isEqualTo(Migration.LATEST);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
