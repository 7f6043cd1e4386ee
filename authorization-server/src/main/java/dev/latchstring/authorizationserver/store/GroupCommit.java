package dev.latchstring.authorizationserver.store;

import dev.latchstring.oauth.OAuthException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to SQLite.
 *
 * <p>It takes every unit that waits, runs one after the other, and commits them together: one flush
 * to the device for all. Where one of them fails, all are taken back and run once more, each in a
 * savepoint of its own, and the one that fails takes back its savepoint alone; so do the batches
 * that follow for a while. Where the transaction itself is lost (a full disk, a failed commit),
 * each unit of it runs once more in a transaction of its own. A caller is answered when its commit
 * is on the device, never before: one that waits, by this thread; those that do not, by one other
 * thread, for all of a batch.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final int MAX_BATCH = 256;

  /**
   * How many batches have savepoints after one in which a unit failed: who sends what fails again
   * and again makes others run twice in few of them.
   */
  private static final int CAREFUL = 64;

  private final ArrayBlockingQueue<Task<?>> queue;
  private final Supplier<Handle> connections;
  private final Thread thread;
  private final ExecutorService answers =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("sqlite-answers").daemon().factory());
  private volatile boolean closing;
  private volatile boolean closed;
  private @Nullable WriteConnection connection;

  /** How many batches are still to have savepoints; the thread's own. */
  private int careful;

  /** Wakes the thread up when it is to end. */
  private final Task<Boolean> end = new Task<>(handle -> true, true);

  private static final class Task<T> {
    final UnitOfWork<T> unit;
    final CompletableFuture<T> answer = new CompletableFuture<>();

    /** Whether somebody waits for the answer; if not, more may be done with it. */
    final boolean awaited;

    private @Nullable T result;
    private @Nullable Throwable failure;

    Task(UnitOfWork<T> unit, boolean awaited) {
      this.unit = unit;
      this.awaited = awaited;
    }

    /** Whether the unit succeeded. It may throw anything: the thread lives on for the others. */
    boolean run(Handle handle) {
      result = null;
      failure = null;
      try {
        result = unit.run(handle);
        return true;
      } catch (Throwable e) {
        failure = e;
        return false;
      }
    }

    /** For a reason outside the unit; one of its own comes first. */
    void fail(Throwable e) {
      if (failure == null) {
        failure = e;
      }
    }

    void reply() {
      Throwable failed = failure;
      if (failed != null) {
        answer.completeExceptionally(TemporaryFailure.translate(failed));
      } else {
        answer.complete(result);
      }
    }
  }

  /**
   * @param queue how many units may wait
   * @param connections opens the connection for writing, and a new one where that one broke
   */
  GroupCommit(int queue, Supplier<Handle> connections) {
    this.queue = new ArrayBlockingQueue<>(queue);
    this.connections = connections;
    this.connection = WriteConnection.of(connections.get());
    this.thread = Thread.ofPlatform().name("sqlite-writer").unstarted(this::run);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Runs the unit and waits until it is on the device. */
  <T> T write(UnitOfWork<T> unit) {
    try {
      return accept(new Task<>(unit, true)).join();
    } catch (CompletionException e) {
      throw TemporaryFailure.translate(e.getCause());
    }
  }

  /** Runs the unit; what follows its answer is done by a thread that must not be held up. */
  <T> CompletionStage<T> writeLater(UnitOfWork<T> unit) {
    try {
      return accept(new Task<>(unit, false));
    } catch (OAuthException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private <T> CompletableFuture<T> accept(Task<T> task) {
    if (Thread.currentThread().equals(thread)) {
      throw new IllegalStateException("a unit of work must not start another");
    }
    if (closing) {
      throw TemporaryFailure.of("the database is closed");
    }
    if (!queue.offer(task)) {
      throw TemporaryFailure.of("too many requests wait for the database");
    }
    // The thread may have ended between the two looks: then nobody would ever answer.
    if (closed && queue.remove(task)) {
      throw TemporaryFailure.of("the database is closed");
    }
    return task.answer;
  }

  private void run() {
    List<Task<?>> batch = new ArrayList<>(MAX_BATCH);
    try {
      while (!closing || !queue.isEmpty()) {
        batch.add(queue.take());
        queue.drainTo(batch, MAX_BATCH - 1);
        commit(batch);
        reply(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      LOG.error("the SQLite writer was interrupted, which nobody may do");
    } finally {
      closed = true;
      WriteConnection last = connection;
      if (last != null) {
        last.close();
      }
    }
  }

  private void reply(List<Task<?>> batch) {
    List<Task<?>> others = new ArrayList<>();
    for (Task<?> task : batch) {
      if (task.awaited) {
        task.reply();
      } else {
        others.add(task);
      }
    }
    if (!others.isEmpty()) {
      answers.execute(() -> others.forEach(Task::reply));
    }
  }

  private void commit(List<Task<?>> batch) {
    Outcome outcome = commitTogether(batch, batch.size() > 1 && careful > 0);
    careful = Math.max(0, careful - 1);
    if (outcome == Outcome.UNIT_FAILED) {
      careful = CAREFUL;
      outcome = commitTogether(batch, true);
    }
    if (outcome == Outcome.LOST && batch.size() > 1) {
      batch.forEach(task -> commitTogether(List.of(task), false));
    }
  }

  private enum Outcome {
    /** Every task has its answer. */
    ANSWERED,
    /** A unit among several failed and there was no savepoint: nothing is stored. */
    UNIT_FAILED,
    /** The transaction was lost on the way: nothing of it is stored. */
    LOST
  }

  private Outcome commitTogether(List<Task<?>> tasks, boolean savepoints) {
    try {
      connection().begin();
    } catch (RuntimeException e) {
      // Locked by another process, which the next unit would wait for just as long.
      tasks.forEach(task -> task.fail(e));
      rollback();
      return Outcome.ANSWERED;
    }
    try {
      WriteConnection writing = connection();
      for (Task<?> task : tasks) {
        if (savepoints) {
          runInSavepoint(writing, task);
        } else if (!task.run(writing.handle())) {
          rollback();
          return tasks.size() == 1 ? Outcome.ANSWERED : Outcome.UNIT_FAILED;
        }
      }
      writing.commit();
      return Outcome.ANSWERED;
    } catch (RuntimeException e) {
      tasks.forEach(task -> task.fail(e));
      rollback();
      return Outcome.LOST;
    }
  }

  private static void runInSavepoint(WriteConnection writing, Task<?> task) {
    writing.savepoint();
    boolean succeeded = task.run(writing.handle());
    if (!succeeded) {
      // Fails where SQLite has rolled back the whole transaction, which is then lost.
      writing.rollbackToSavepoint();
    }
    writing.release();
  }

  private WriteConnection connection() {
    WriteConnection open = connection;
    if (open == null) {
      open = WriteConnection.of(connections.get());
      connection = open;
    }
    return open;
  }

  private void rollback() {
    WriteConnection broken = connection;
    if (broken == null) {
      return;
    }
    try {
      broken.rollback();
    } catch (RuntimeException e) {
      // There is no transaction left, or the connection is broken: a new one is right in both
      // cases.
      LOG.debug("rollback failed; the connection is replaced", e);
      connection = null;
      closeQuietly(broken);
    }
  }

  private static void closeQuietly(WriteConnection broken) {
    try {
      broken.close();
    } catch (RuntimeException e) {
      LOG.debug("a broken connection could not be closed", e);
    }
  }

  /** Finishes what was accepted. */
  @Override
  public void close() {
    closing = true;
    if (!queue.offer(end)) {
      LOG.debug("closing the writer while its queue is full: it is awake");
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Task<?> late = queue.poll(); late != null; late = queue.poll()) {
      late.fail(TemporaryFailure.of("the database is closed"));
      late.reply();
    }
    answers.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
