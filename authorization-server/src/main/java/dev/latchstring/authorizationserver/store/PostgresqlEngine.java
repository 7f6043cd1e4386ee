package dev.latchstring.authorizationserver.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL through a pool. Every write is a serializable transaction, run again where it
 * conflicted with another; so a store reads and writes as if it were alone, on one node or on many.
 */
final class PostgresqlEngine implements Engine {
  private static final int ATTEMPTS = 12;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final Semaphore places;
  private final int queue;
  private volatile boolean closing;

  private PostgresqlEngine(HikariDataSource pool, int queue) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    this.queue = queue;
    this.places = new Semaphore(queue);
    // An exception's message must not hold what was bound to the statement.
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
  }

  static PostgresqlEngine open(DatabaseConfiguration configuration) {
    HikariDataSource pool = pool(configuration);
    try {
      Migration.run(pool);
      return new PostgresqlEngine(pool, configuration.queue());
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static HikariDataSource pool(DatabaseConfiguration configuration) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("postgresql");
    config.setJdbcUrl(configuration.url());
    if (configuration.user() != null) {
      config.setUsername(configuration.user());
    }
    if (configuration.password() != null) {
      config.setPassword(configuration.password());
    }
    config.setMaximumPoolSize(configuration.connections());
    config.setMinimumIdle(1);
    // The detail of an error quotes the values of a row.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.setConnectionTimeout(Math.max(250, configuration.patience().toMillis()));
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException | IllegalArgumentException e) {
      throw explain(configuration, e);
    }
  }

  private static DatabaseException explain(DatabaseConfiguration configuration, Throwable e) {
    String state = sqlState(e);
    if (state != null && state.startsWith("28")) {
      return new DatabaseException(
          "PostgreSQL refuses the database user or password",
          "Check database.user and database.password.",
          e);
    }
    if ("3D000".equals(state)) {
      return new DatabaseException(
          "PostgreSQL has no such database", "Create it, or correct database.url.", e);
    }
    return new DatabaseException(
        "cannot connect to PostgreSQL at " + configuration,
        "Check that it runs and that database.url has the right host and port.",
        e);
  }

  @Override
  public <T> T read(UnitOfWork<T> unit) {
    enter();
    try {
      return jdbi.withHandle(unit::run);
    } catch (JdbiException e) {
      throw TemporaryFailure.translate(e);
    } finally {
      places.release();
    }
  }

  @Override
  public <T> T write(UnitOfWork<T> unit) {
    enter();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return jdbi.inTransaction(TransactionIsolationLevel.SERIALIZABLE, unit::run);
        } catch (JdbiException e) {
          if (attempt == ATTEMPTS || !isConflict(e) || (attempt == 4 && isDuplicate(e))) {
            throw translated(e);
          }
          pause(attempt);
        }
      }
    } finally {
      places.release();
    }
  }

  /** At once: each transaction has a thread of its own here. */
  @Override
  public <T> CompletionStage<T> writeLater(UnitOfWork<T> unit) {
    try {
      return CompletableFuture.completedStage(write(unit));
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  @Override
  public boolean writesInOneThread() {
    return false;
  }

  @Override
  public void scrub(String table) {
    jdbi.useHandle(handle -> handle.execute("vacuum (full) " + table));
  }

  private void enter() {
    if (closing) {
      throw TemporaryFailure.of("the database is closed");
    }
    if (!places.tryAcquire()) {
      throw TemporaryFailure.of("too many requests wait for the database");
    }
  }

  /**
   * PostgreSQL §13.2.3: a serialization failure, a deadlock, and a unique violation, which a
   * serializable transaction may get instead.
   */
  private static boolean isConflict(Throwable e) {
    String state = sqlState(e);
    return "40001".equals(state) || "40P01".equals(state) || isDuplicate(e);
  }

  /** More often than not it really is one, so it is not tried for long. */
  private static boolean isDuplicate(Throwable e) {
    return "23505".equals(sqlState(e));
  }

  /** A commit whose answer is lost may have happened: that is not "nothing of it was done". */
  private static RuntimeException translated(JdbiException e) {
    return e instanceof TransactionException && !isConflict(e) ? e : TemporaryFailure.translate(e);
  }

  /** A random moment, longer each time, so that two that conflict do not meet again. */
  private static void pause(int attempt) {
    long longest = TimeUnit.MILLISECONDS.toNanos(1L << Math.min(attempt, 7));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest) + 1);
  }

  private static @Nullable String sqlState(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }

  @Override
  public void close() {
    closing = true;
    // Every unit that was accepted has a place until it is done.
    places.acquireUninterruptibly(queue);
    places.release(queue);
    pool.close();
  }
}
