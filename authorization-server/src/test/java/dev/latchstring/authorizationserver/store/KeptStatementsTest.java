package dev.latchstring.authorizationserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of SQLite are used again, which nobody notices. */
class KeptStatementsTest {
  private static final String INSERT =
      "insert into revoked_token (token_id, expires_at) values (:id, :expiresAt)";
  private static final String COUNT = "select count(*) from revoked_token where token_id = :id";

  @TempDir Path directory;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(DatabaseConfiguration.sqlite(directory.resolve("latchstring.db")));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static void insert(Handle handle, String id) {
    handle.createUpdate(INSERT).bind("id", id).bind("expiresAt", 1).execute();
  }

  private static int count(Handle handle, String id) {
    return handle.createQuery(COUNT).bind("id", id).mapTo(Integer.class).one();
  }

  @Test
  void a_statement_that_is_used_again_is_the_one_of_before() {
    List<Object> statements = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      database.read(handle ->
          handle
              .createQuery(COUNT)
              .bind("id", "a")
              .addCustomizer(
                  new org.jdbi.v3.core.statement.StatementCustomizer() {
                    @Override
                    public void beforeExecution(
                        java.sql.PreparedStatement statement,
                        org.jdbi.v3.core.statement.StatementContext context) {
                      statements.add(statement);
                    }
                  })
              .mapTo(Integer.class)
              .one());
    }

    assertThat(statements).hasSize(3);
    assertThat(statements.get(1)).isSameAs(statements.get(0));
    assertThat(statements.get(2)).isSameAs(statements.get(0));
  }

  @Test
  void each_use_has_its_own_values_and_sees_what_was_committed_before() {
    for (int i = 0; i < 300; i++) {
      String id = "token-" + i;
      assertThat(database.<Integer>read(handle -> count(handle, id))).isZero();
      database.write(handle -> {
        insert(handle, id);
        return true;
      });
      assertThat(database.<Integer>read(handle -> count(handle, id))).isEqualTo(1);
      assertThat(database.<Boolean>read(handle -> exists(handle, id))).isTrue();
      assertThat(database.<Boolean>read(handle -> exists(handle, id + "x"))).isFalse();
    }
  }

  private static boolean exists(Handle handle, String id) {
    return Lookup.exists(handle, "select 1 from revoked_token where token_id = ?", List.of(id));
  }

  @Test
  void a_unit_can_run_a_statement_while_it_reads_the_rows_of_the_same() {
    database.write(handle -> {
      insert(handle, "a");
      insert(handle, "b");
      return true;
    });

    List<String> pairs =
        database.read(handle ->
            handle
                .createQuery("select token_id from revoked_token order by token_id")
                .map((row, context) ->
                    row.getString(1)
                        + handle
                            .createQuery("select token_id from revoked_token order by token_id")
                            .mapTo(String.class)
                            .list())
                .list());

    assertThat(pairs).containsExactly("a[a, b]", "b[a, b]");
  }

  @Test
  void one_that_failed_works_the_next_time() {
    database.write(handle -> {
      insert(handle, "a");
      return true;
    });

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() ->
              database.write(handle -> {
                insert(handle, "a");
                return true;
              }))
          .isInstanceOf(RuntimeException.class);
    }
    database.write(handle -> {
      insert(handle, "b");
      return true;
    });

    assertThat(database.<Integer>read(handle -> count(handle, "b"))).isEqualTo(1);
  }

  @Test
  void more_statements_than_are_kept_are_no_harm() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 500; i++) {
        int number = i;
        assertThat(
                database.<Integer>read(
                    handle -> handle.createQuery("select " + number).mapTo(Integer.class).one()))
            .isEqualTo(number);
      }
    }
  }
}
