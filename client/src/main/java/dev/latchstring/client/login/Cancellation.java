package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a running login from another thread: wakes it where it waits, and interrupts it where it
 * talks to the server. The interrupt does not outlive the login.
 */
final class Cancellation implements Pause {
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private @Nullable Thread runner;
  private boolean entered;
  private boolean interrupted;

  /** The whole of a login. */
  @FunctionalInterface
  interface Course {
    LoginOutcome run() throws InterruptedException;
  }

  /**
   * Does the login on this thread, once. Whatever it fails with after it was cancelled, or its
   * thread interrupted, it was cancelled.
   */
  LoginOutcome during(Course login) {
    enter();
    try {
      return login.run();
    } catch (ClientException e) {
      if (isCancelled() || Thread.currentThread().isInterrupted()) {
        return new LoginOutcome.Cancelled();
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LoginOutcome.Cancelled();
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    if (entered) {
      throw new IllegalStateException("a login runs once");
    }
    entered = true;
    runner = Thread.currentThread();
    if (isCancelled()) {
      interrupt(Thread.currentThread());
    }
  }

  private synchronized void leave() {
    runner = null;
    if (interrupted) {
      // Ours alone: a caller's own interrupt before or after it is indistinguishable, and the
      // outcome says Cancelled for both.
      Thread.interrupted();
    }
  }

  synchronized void cancel() {
    boolean first = !isCancelled();
    cancelled.countDown();
    Thread running = runner;
    if (first && running != null) {
      interrupt(running);
    }
  }

  private void interrupt(Thread thread) {
    interrupted = true;
    thread.interrupt();
  }

  boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  @Override
  public void await(Duration time) throws InterruptedException {
    boolean ended = cancelled.await(time.toMillis(), TimeUnit.MILLISECONDS);
    if (ended) {
      throw new InterruptedException("cancelled");
    }
  }
}
