package dev.latchstring.authorizationserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteFileTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("data").resolve("latchstring.db");
  }

  private DatabaseConfiguration impatient() {
    return new DatabaseConfiguration(
        "jdbc:sqlite:" + file(), null, null, 1, 16, Duration.ofMillis(50));
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void the_file_and_its_journal_are_for_its_user_alone() throws Exception {
    try (Database database = Database.open(DatabaseConfiguration.sqlite(file()))) {
      database.write(handle -> handle.execute("delete from client"));

      assertThat(permissions(file().getParent())).isEqualTo("rwx------");
      assertThat(permissions(file())).isEqualTo("rw-------");
      assertThat(permissions(Path.of(file() + "-wal"))).isEqualTo("rw-------");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":memory:", ":resource:x.db", "file:x.db", "x.db?cache=shared", "a\0b"})
  void a_url_that_names_something_else_than_a_file_is_refused(String name) {
    assertThatThrownBy(
            () -> Database.open(DatabaseConfiguration.of("jdbc:sqlite:" + name, null, null)))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> {
              assertThat(e).hasMessageContaining("does not name a plain file");
              assertThat(e.hint()).contains("jdbc:sqlite:/path/latchstring.db");
            });
  }

  @Test
  void a_file_that_is_no_database_is_refused_and_left_as_it_is() throws Exception {
    Files.createDirectories(file().getParent());
    String content = "these are somebody's notes, not a database at all\n".repeat(100);
    Files.writeString(file(), content);

    assertThatThrownBy(() -> Database.open(impatient()))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> {
              assertThat(e).hasMessageContaining("damaged, or is not an SQLite database");
              assertThat(e.hint()).contains("backup");
            });
    assertThat(file()).hasContent(content);
  }

  @Test
  void a_directory_that_cannot_be_made_is_named() throws Exception {
    Path blocked = directory.resolve("data");
    Files.writeString(blocked, "a file where the directory should be");

    assertThatThrownBy(() -> Database.open(impatient()))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> {
              assertThat(e).hasMessageContaining(blocked.toString());
              assertThat(e.hint()).contains("--data");
            });
  }

  @Test
  void a_database_that_another_process_holds_is_said_to_be_locked() throws Exception {
    Database.open(impatient()).close();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = other.createStatement()) {
      statement.execute("begin exclusive");

      assertThatThrownBy(() -> Database.open(impatient()))
          .isInstanceOfSatisfying(
              DatabaseException.class, e -> assertThat(e).hasMessageContaining("locked"));
    }
  }

  @Test
  void a_lock_that_passes_refuses_what_waited_and_nothing_else() throws Exception {
    try (Database database = Database.open(impatient());
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = other.createStatement()) {
      statement.execute("begin immediate");
      assertThatThrownBy(() -> database.write(handle -> handle.execute("delete from client")))
          .isInstanceOfSatisfying(
              OAuthException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
      assertThat(database.isHealthy()).isTrue();

      statement.execute("rollback");
      assertThat(database.<Integer>write(handle -> handle.execute("delete from client"))).isZero();
    }
  }

  @Test
  void a_full_disk_loses_nothing_that_was_stored_and_work_goes_on_when_there_is_space() {
    try (Database database = Database.open(impatient())) {
      database.write(handle ->
          handle.execute("insert into revoked_token (token_id, expires_at) values ('a', 1)"));
      long pages =
          database.write(handle -> {
            long count = handle.createQuery("pragma page_count").mapTo(Long.class).one();
            handle.execute("pragma max_page_count = " + count);
            return count;
          });
      assertThat(pages).isPositive();

      String large = "x".repeat(1_000_000);
      assertThatThrownBy(() ->
              database.write(handle ->
                  handle.execute(
                      "insert into revoked_token (token_id, expires_at) values (?, 1)", large)))
          .isInstanceOfSatisfying(
              OAuthException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));

      database.write(
          handle -> handle.createQuery("pragma max_page_count = 1000000").mapTo(Long.class).one());
      database.write(handle ->
          handle.execute("insert into revoked_token (token_id, expires_at) values (?, 1)", large));
      assertThat(
              database.<Long>read(handle ->
                  handle.createQuery("select count(*) from revoked_token").mapTo(Long.class).one()))
          .isEqualTo(2);
    }
  }
}
