package dev.latchstring.mcpserver.stdio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Ends what one request of the host has started: open streams, waits, nested questions. */
public final class Cancellation {
  /** Undoes {@link #onCancel}, so that what is over is not ended again. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  /** One that cancels itself after that time. */
  public static Cancellation after(Duration limit) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(cancellation::cancel);
    return cancellation;
  }

  /** Runs the action when cancelled, or at once where that has already happened. */
  public Registration onCancel(Runnable action) {
    lock.lock();
    try {
      if (!cancelled) {
        actions.add(action);
        return () -> remove(action);
      }
    } finally {
      lock.unlock();
    }
    action.run();
    return () -> {};
  }

  public void cancel() {
    List<Runnable> due;
    lock.lock();
    try {
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    } finally {
      lock.unlock();
    }
    due.forEach(Runnable::run);
  }

  public boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @throws RpcError where the request was cancelled
   */
  public void check() {
    if (isCancelled()) {
      throw new RpcError(RpcError.ABANDONED, "the request was cancelled");
    }
  }

  private void remove(Runnable action) {
    lock.lock();
    try {
      actions.remove(action);
    } finally {
      lock.unlock();
    }
  }
}
