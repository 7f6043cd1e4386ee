package dev.latchstring.client.call;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A request that is sent on a virtual thread of its own; cancelling it interrupts that thread. */
final class Sending<T> extends CompletableFuture<T> {
  private final Thread thread;

  private Sending(Callable<T> work) {
    thread =
        Thread.ofVirtual()
            .name("latchstring-call")
            .unstarted(() -> {
              try {
                complete(work.call());
              } catch (Throwable e) {
                completeExceptionally(e);
              }
            });
  }

  static <T> CompletableFuture<T> of(Callable<T> work) {
    Sending<T> sending = new Sending<>(work);
    sending.thread.start();
    return sending;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      thread.interrupt();
    }
    return cancelled;
  }

  /** What is derived from it is an ordinary future. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
