package dev.latchstring.authorizationserver.store;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The platform threads that read from SQLite, each with a connection at hand, so that a virtual
 * thread never blocks in native code. In WAL mode they do not wait for the writer.
 */
final class SqliteReaders implements AutoCloseable {
  private final ThreadPoolExecutor threads;
  private final Supplier<Handle> connections;
  private final ConcurrentLinkedQueue<Handle> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param count how many read at once
   * @param queue how many more may wait
   */
  SqliteReaders(int count, int queue, Supplier<Handle> connections) {
    this.connections = connections;
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            Thread.ofPlatform().daemon().name("sqlite-reader-", 1).factory());
  }

  <T> T read(UnitOfWork<T> unit) {
    try {
      return CompletableFuture.supplyAsync(() -> run(unit), threads).join();
    } catch (RejectedExecutionException e) {
      throw TemporaryFailure.of(
          threads.isShutdown()
              ? "the database is closed"
              : "too many requests wait to read from the database");
    } catch (CompletionException e) {
      throw TemporaryFailure.translate(e.getCause());
    }
  }

  private <T> T run(UnitOfWork<T> unit) {
    Handle taken = idle.poll();
    Handle handle = taken != null ? taken : connections.get();
    boolean healthy = false;
    try {
      T result = unit.run(handle);
      healthy = true;
      return result;
    } finally {
      if (healthy) {
        idle.add(handle);
      } else {
        // It may be the connection that failed; opening another one costs little.
        handle.close();
      }
    }
  }

  /** Finishes what was accepted. */
  @Override
  public void close() {
    threads.close();
    for (Handle handle = idle.poll(); handle != null; handle = idle.poll()) {
      handle.close();
    }
  }
}
