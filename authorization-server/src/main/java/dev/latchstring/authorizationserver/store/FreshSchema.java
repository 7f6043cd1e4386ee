package dev.latchstring.authorizationserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Scanner;
import org.sqlite.SQLiteDataSource;

/**
 * What all migrations make of an empty SQLite database, as one script: a first start need not load
 * Flyway. It was written down from a database that Flyway migrated, with Flyway's own table, and a
 * test compares the two.
 */
final class FreshSchema {
  static final String SCRIPT = "sqlite.sql";

  private FreshSchema() {}

  /** In one transaction, so that of several processes that start at once one makes it. */
  static void createWhereEmpty(SQLiteDataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("begin immediate");
      if (isEmpty(statement)) {
        runScript(statement);
      }
      statement.execute("commit");
    }
  }

  private static boolean isEmpty(Statement statement) throws SQLException {
    try (ResultSet tables = statement.executeQuery("select count(*) from sqlite_master")) {
      return tables.next() && tables.getInt(1) == 0;
    }
  }

  private static void runScript(Statement statement) throws SQLException {
    InputStream script = Objects.requireNonNull(FreshSchema.class.getResourceAsStream(SCRIPT));
    try (Scanner commands = new Scanner(script, UTF_8).useDelimiter(";\n")) {
      while (commands.hasNext()) {
        statement.execute(commands.next());
      }
    }
  }
}
