package dev.latchstring.authorizationserver.store;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Deletes what has expired, in batches small enough that nobody waits long behind one. */
@SuppressWarnings("DoNotCallSuggester") // bodies come with the next commit
public final class Housekeeping implements AutoCloseable {
  /**
   * Starts a thread that sweeps and then runs the other tasks, at once and after each interval.
   *
   * @param tasks what else is due regularly, such as key rotation; one that fails is logged and
   *     does not stop the others
   */
  public static Housekeeping start(
      Database database, Clock clock, Duration interval, List<Runnable> tasks) {
    throw new UnsupportedOperationException("comes with the next commit");
  }

  private Housekeeping() {}

  /** Waits for the task that runs, and ends. */
  @Override
  public void close() {}
}
