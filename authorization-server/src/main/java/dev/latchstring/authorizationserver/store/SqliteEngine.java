package dev.latchstring.authorizationserver.store;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** SQLite in a file. */
final class SqliteEngine implements Engine {
  private final Jdbi jdbi;
  private final ReentrantLock writing = new ReentrantLock();

  private SqliteEngine(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  static SqliteEngine open(DatabaseConfiguration configuration) {
    Path file = Path.of(configuration.url().substring("jdbc:sqlite:".length()));
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        java.nio.file.Files.createDirectories(parent);
      }
    } catch (java.io.IOException e) {
      throw new DatabaseException("cannot create " + file, "Choose another directory.", e);
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    config.setBusyTimeout((int) configuration.patience().toMillis());
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(configuration.url());
    Migration.run(source);
    return new SqliteEngine(Jdbi.create(source));
  }

  @Override
  public <T> T read(UnitOfWork<T> unit) {
    return jdbi.withHandle(unit::run);
  }

  @Override
  public <T> T write(UnitOfWork<T> unit) {
    writing.lock();
    try {
      return jdbi.inTransaction(unit::run);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {}
}
