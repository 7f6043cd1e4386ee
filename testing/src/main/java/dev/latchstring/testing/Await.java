package dev.latchstring.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something outside the test (a process, a socket, a database) with a deadline. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private Await() {}

  /**
   * Asks every 10 ms until the answer is yes, for two minutes: no machine is so busy that what must
   * come needs longer, and where it comes nobody waits.
   *
   * @param what completes the sentence "waited 120 s for …" of the failure
   * @param condition is asked at least once; an exception ends the waiting and the test
   * @throws AssertionError when the time is up
   */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, PATIENCE, condition);
  }

  /**
   * The same, for as long as the test says.
   *
   * @param what completes the sentence "waited 5 s for …" of the failure
   * @param limit how long to ask
   * @param condition is asked at least once; an exception ends the waiting and the test
   * @throws AssertionError when the time is up
   */
  public static void until(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("waited " + limit.toMillis() / 1000.0 + " s for " + what);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
