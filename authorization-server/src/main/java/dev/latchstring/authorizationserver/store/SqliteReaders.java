package dev.latchstring.authorizationserver.store;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The connections that read from SQLite, each used by one thread at a time: the caller's own, for a
 * read takes less time than handing it to another thread. In WAL mode they do not wait for the
 * writer.
 */
final class SqliteReaders implements AutoCloseable {
  private final int count;
  private final int queue;
  private final Duration patience;
  private final Supplier<Handle> connections;
  private final Semaphore permits;
  private final ConcurrentLinkedQueue<Handle> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * @param count how many read at once
   * @param queue how many more may wait
   * @param patience for how long
   */
  SqliteReaders(int count, int queue, Duration patience, Supplier<Handle> connections) {
    this.count = count;
    this.queue = queue;
    this.patience = patience;
    this.connections = connections;
    this.permits = new Semaphore(count);
  }

  <T> T read(UnitOfWork<T> unit) {
    enter();
    try {
      return run(unit);
    } catch (RuntimeException e) {
      throw TemporaryFailure.translate(e);
    } finally {
      permits.release();
    }
  }

  private void enter() {
    if (!permits.tryAcquire() && !waited()) {
      throw TemporaryFailure.of("too many requests wait to read from the database");
    }
    if (closed) {
      permits.release();
      throw TemporaryFailure.of("the database is closed");
    }
  }

  private boolean waited() {
    if (permits.getQueueLength() >= queue) {
      return false;
    }
    try {
      return permits.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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
    closed = true;
    permits.acquireUninterruptibly(count);
    for (Handle handle = idle.poll(); handle != null; handle = idle.poll()) {
      handle.close();
    }
    permits.release(count);
  }
}
