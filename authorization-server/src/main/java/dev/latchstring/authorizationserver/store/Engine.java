package dev.latchstring.authorizationserver.store;

import java.util.concurrent.CompletionStage;

/** What a kind of database does in its own way. */
sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresqlEngine {
  <T> T read(UnitOfWork<T> unit);

  <T> T write(UnitOfWork<T> unit);

  <T> CompletionStage<T> writeLater(UnitOfWork<T> unit);

  /** Rewrites a table, so that what was deleted from it is in no page of the database any more. */
  void scrub(String table);

  /** Whether all units are run by one thread, one after the other. */
  boolean writesInOneThread();

  /** Finishes the work that was accepted, then closes every connection. */
  @Override
  void close();
}
