package dev.latchstring.authorizationserver.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** Brings the schema up to date, and refuses one that a newer version made. */
final class Migration {
  private Migration() {}

  static void run(DataSource source) {
    try {
      Flyway.configure(Migration.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:dev/latchstring/authorizationserver/store/migration")
          .table("schema_history")
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
