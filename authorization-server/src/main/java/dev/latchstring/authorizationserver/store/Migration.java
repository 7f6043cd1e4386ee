package dev.latchstring.authorizationserver.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date, and refuses one that a newer version made.
 *
 * <p>A database that is up to date, as almost every start finds it, is recognised by one query:
 * loading Flyway takes longer than everything else that a start does.
 */
final class Migration {
  /** The version of the last script. */
  static final String LATEST = "12";

  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);
  private static final String TABLE = "schema_history";

  private Migration() {}

  static void run(DataSource source) {
    if (!isUpToDate(source)) {
      migrate(source);
    }
  }

  /** False, too, where it cannot be told: Flyway then says what is wrong. */
  private static boolean isUpToDate(DataSource source) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet last =
            statement.executeQuery(
                "select version, success from "
                    + TABLE
                    + " order by installed_rank desc limit 1")) {
      return last.next() && LATEST.equals(last.getString(1)) && last.getBoolean(2);
    } catch (SQLException e) {
      LOG.debug("no schema yet: {}", e.getMessage());
      return false;
    }
  }

  static void migrate(DataSource source) {
    try {
      Flyway.configure(Migration.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:dev/latchstring/authorizationserver/store/migration")
          .table(TABLE)
          .failOnMissingLocations(true)
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
    } catch (FlywayValidateException e) {
      throw new DatabaseException(
          "the database was made by another, probably newer, version of Latchstring",
          "Run that version, or restore a backup that was made with this one.",
          e);
    } catch (FlywayException e) {
      throw new DatabaseException(
          "the database's schema cannot be brought up to date",
          "Check that the database is Latchstring's own and that its user may create tables.",
          e);
    }
  }
}
