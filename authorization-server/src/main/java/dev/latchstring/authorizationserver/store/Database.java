package dev.latchstring.authorizationserver.store;

import java.util.concurrent.CompletionStage;

/**
 * The one database of the process.
 *
 * <p>A call that cannot be served for now, because too many wait or the database is locked or down,
 * throws an {@code OAuthException} with {@code temporarily_unavailable}: nothing of it was done.
 */
public final class Database implements AutoCloseable {
  private final Engine engine;

  private Database(Engine engine) {
    this.engine = engine;
  }

  /**
   * Opens the database and brings its schema up to date.
   *
   * @throws DatabaseException where it cannot be used, with a hint for the operator
   */
  public static Database open(DatabaseConfiguration configuration) {
    if (configuration.isSqlite()) {
      return new Database(SqliteEngine.open(configuration));
    }
    if (configuration.isPostgresql()) {
      return new Database(PostgresqlEngine.open(configuration));
    }
    throw new DatabaseException(
        "the database URL is neither SQLite nor PostgreSQL",
        "Use jdbc:sqlite:/path/latchstring.db or jdbc:postgresql://host/name.",
        null);
  }

  /** Reads what is committed; never waits for writers. The unit must not write. */
  public <T> T read(UnitOfWork<T> unit) {
    return engine.read(unit);
  }

  /** Runs the unit in one transaction, which is on the disk when this returns. */
  public <T> T write(UnitOfWork<T> unit) {
    return engine.write(unit);
  }

  /**
   * Runs the unit in one transaction that no thread has to wait for: the stage ends once it is on
   * the disk, or with what {@link #write} would have thrown. What follows the stage may be run by a
   * thread that others need: it must not wait for anything.
   */
  public <T> CompletionStage<T> writeLater(UnitOfWork<T> unit) {
    return engine.writeLater(unit);
  }

  /**
   * Rewrites a table, so that what was deleted from it is in no page of the database any more. For
   * a start, once: everybody else waits.
   *
   * @param table a name of the schema, never a text from outside
   */
  public void scrub(String table) {
    engine.scrub(table);
  }

  /** Whether all units are run by one thread, one after the other. */
  boolean writesInOneThread() {
    return engine.writesInOneThread();
  }

  /** Whether a query is answered now. */
  public boolean isHealthy() {
    try {
      return engine.read(handle -> handle.createQuery("select 1").mapTo(Integer.class).one() == 1);
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Finishes the work that was accepted, then closes. Later calls are refused. */
  @Override
  public void close() {
    engine.close();
  }
}
