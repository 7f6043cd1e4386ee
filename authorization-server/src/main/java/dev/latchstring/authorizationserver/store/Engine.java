package dev.latchstring.authorizationserver.store;

/** What a kind of database does in its own way. */
sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresqlEngine {
  <T> T read(UnitOfWork<T> unit);

  <T> T write(UnitOfWork<T> unit);

  /** Finishes the work that was accepted, then closes every connection. */
  @Override
  void close();
}
