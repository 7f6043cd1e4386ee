package dev.latchstring.client.call;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One login at a time: whoever needs one meanwhile waits for it, and shares its end. */
final class SingleLogin {
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<Void> running;

  /**
   * Runs a login on this thread, or waits for the one that runs.
   *
   * @return whether it was this one
   * @throws ClientException what ended the login that was run or waited for
   */
  boolean runOrJoin(Runnable login) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> flight = enter(mine);
    if (flight != null) {
      await(flight);
      return false;
    }
    try {
      login.run();
      mine.complete(null);
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      leave();
    }
    return true;
  }

  /** The login that runs; null where this one is the running one from now on. */
  private @Nullable CompletableFuture<Void> enter(CompletableFuture<Void> mine) {
    lock.lock();
    try {
      CompletableFuture<Void> flight = running;
      if (flight == null) {
        running = mine;
      }
      return flight;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      running = null;
    } finally {
      lock.unlock();
    }
  }

  private static void await(CompletableFuture<Void> flight) {
    try {
      flight.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(Problem.NETWORK, "interrupted while waiting for a login", null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ClientException ended) {
        // Each waiting thread gets its own, with its own stack.
        throw new ClientException(ended.problem(), ended.description(), ended.hint(), ended);
      }
      throw new IllegalStateException("the login that was waited for broke", e.getCause());
    }
  }
}
