package dev.latchstring.authorizationserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class FreshSchemaTest {
  private static final Path WRITTEN = Path.of("target", FreshSchema.SCRIPT);

  @TempDir Path directory;

  @Test
  void theScriptMakesWhatTheMigrationsMake() throws Exception {
    SQLiteDataSource migrated = database("migrated.db");
    Migration.run(migrated);
    String script = script(migrated);
    Files.writeString(WRITTEN, script);

    SQLiteDataSource fresh = database("fresh.db");
    FreshSchema.createWhereEmpty(fresh);

    assertThat(script(fresh))
        .as(
            "A migration was added or changed. Copy %s to src/main/resources/%s/.",
            WRITTEN, FreshSchema.class.getPackageName().replace('.', '/'))
        .isEqualTo(script);
  }

  @Test
  void theMigrationsFindNothingLeftToDo() throws Exception {
    SQLiteDataSource fresh = database("fresh.db");
    FreshSchema.createWhereEmpty(fresh);
    String before = script(fresh);

    Migration.migrate(fresh);

    assertThat(script(fresh)).isEqualTo(before);
  }

  @Test
  void aDatabaseThatHoldsSomethingIsLeftAlone() throws Exception {
    SQLiteDataSource other = database("other.db");
    execute(other, "create table somebody_elses (id text)");

    FreshSchema.createWhereEmpty(other);

    assertThat(script(other)).isEqualToIgnoringCase("create table somebody_elses (id text);\n");
  }

  @Test
  void ofThoseThatStartAtOnceOneMakesIt() throws Exception {
    SQLiteDataSource fresh = database("fresh.db");
    Callable<Void> create =
        () -> {
          FreshSchema.createWhereEmpty(fresh);
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var answer : threads.invokeAll(List.of(create, create, create, create))) {
        answer.get();
      }
    }
    Migration.run(fresh);
    assertThat(script(fresh)).containsOnlyOnce("'V1__first_tables.sql'");
  }

  private SQLiteDataSource database(String name) {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + directory.resolve(name));
    source.getConfig().setBusyTimeout(10_000);
    return source;
  }

  private static void execute(SQLiteDataSource source, String command) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  /** What is in a database, as the script that makes it. */
  private static String script(SQLiteDataSource source) throws SQLException, IOException {
    List<String> commands = new ArrayList<>();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet made =
          statement.executeQuery("select sql from sqlite_master where sql is not null")) {
        while (made.next()) {
          commands.add(made.getString(1).strip());
        }
      }
      if (commands.stream().anyMatch(command -> command.contains("schema_history"))) {
        commands.addAll(history(statement));
      }
    }
    return String.join(";\n", commands) + ";\n";
  }

  private static List<String> history(Statement statement) throws SQLException {
    List<String> commands = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "select installed_rank, quote(version), quote(description), quote(type), quote(script),"
                + " checksum, quote(installed_by), success from schema_history"
                + " order by installed_rank")) {
      while (rows.next()) {
        commands.add(
            "insert into schema_history (installed_rank, version, description, type, script,"
                + " checksum, installed_by, execution_time, success) values (%s, %s, %s, %s, %s, %s, %s, 0, %s)"
                    .formatted(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5),
                        rows.getString(6),
                        rows.getString(7),
                        rows.getString(8)));
      }
    }
    return commands;
  }
}
