package dev.latchstring.authorizationserver.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * SQLite in a file: write-ahead log, {@code synchronous=FULL} (a commit that is answered survives
 * the loss of power), one thread that writes and some that read.
 */
final class SqliteEngine implements Engine {
  private static final int WRITER_CACHE_KIB = 16 * 1024;

  /** How long the log grows, in pages of 4 KiB, before it is copied to the file. */
  private static final int CHECKPOINT_PAGES = 4000;

  private final GroupCommit writer;
  private final SqliteReaders readers;
  private final Jdbi jdbi;

  private SqliteEngine(Jdbi jdbi, GroupCommit writer, SqliteReaders readers) {
    this.jdbi = jdbi;
    this.writer = writer;
    this.readers = readers;
  }

  static SqliteEngine open(DatabaseConfiguration configuration) {
    Path file = SqliteFile.of(configuration);
    SqliteFile.prepare(file);
    SQLiteDataSource source = source(configuration);
    try {
      requireUsable(source);
      FreshSchema.createWhereEmpty(source);
      Migration.run(source);
      Jdbi jdbi = jdbi(source);
      GroupCommit writer = new GroupCommit(configuration.queue(), () -> writing(jdbi));
      SqliteReaders readers =
          new SqliteReaders(
              configuration.connections(),
              configuration.queue(),
              configuration.patience(),
              () -> reading(jdbi));
      return new SqliteEngine(jdbi, writer, readers);
    } catch (SQLException | JdbiException e) {
      throw SqliteFile.explain(file, e);
    }
  }

  private static SQLiteDataSource source(DatabaseConfiguration configuration) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    // Keys are ours; the driver would look at the text of every statement to see whether it made
    // one.
    config.setGetGeneratedKeys(false);
    config.setBusyTimeout(Math.toIntExact(configuration.patience().toMillis()));
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(configuration.url());
    return source;
  }

  /** Before anything else, so that its answer can be explained: is it a database, is it locked? */
  private static void requireUsable(SQLiteDataSource source) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("begin immediate");
      statement.execute("rollback");
      statement.executeQuery("select count(*) from sqlite_master").close();
    }
  }

  private static Jdbi jdbi(SQLiteDataSource source) {
    Jdbi jdbi = Jdbi.create(source);
    jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
    // An exception's message must not hold what was bound to the statement.
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    return jdbi;
  }

  /**
   * What is written is spread over the pages of its indexes, for keys are hashes: the more of them
   * are in memory, and the more often one is written to the log before it is copied to the file,
   * the less is read and written.
   */
  private static Handle writing(Jdbi jdbi) {
    Handle handle = jdbi.open();
    handle.execute("pragma cache_size = -" + WRITER_CACHE_KIB);
    handle.execute("pragma wal_autocheckpoint = " + CHECKPOINT_PAGES);
    return handle;
  }

  private static Handle reading(Jdbi jdbi) {
    Handle handle = jdbi.open();
    handle.execute("pragma query_only = true");
    return handle;
  }

  @Override
  public <T> T read(UnitOfWork<T> unit) {
    return readers.read(unit);
  }

  @Override
  public <T> T write(UnitOfWork<T> unit) {
    return writer.write(unit);
  }

  @Override
  public <T> CompletionStage<T> writeLater(UnitOfWork<T> unit) {
    return writer.writeLater(unit);
  }

  @Override
  public boolean writesInOneThread() {
    return true;
  }

  /** All of the file, and the log beside it. */
  @Override
  public void scrub(String table) {
    try (Handle handle = jdbi.open()) {
      handle.execute("vacuum");
      handle.execute("pragma wal_checkpoint(truncate)");
    }
  }

  @Override
  public void close() {
    readers.close();
    writer.close();
  }
}
