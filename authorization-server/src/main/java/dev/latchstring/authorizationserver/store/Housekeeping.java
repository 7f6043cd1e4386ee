package dev.latchstring.authorizationserver.store;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done regularly: sweeping what has expired, and tasks of others such as key rotation. */
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /** So that the first requests after a start, which much is loaded for, come first. */
  private static final Duration FIRST = Duration.ofSeconds(1);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("housekeeping").factory());

  private Housekeeping() {}

  /**
   * Starts a thread that runs the other tasks and then sweeps, soon and after each interval.
   *
   * @param tasks what else is due regularly; one that fails is logged and stops neither the others
   *     nor its own next run
   */
  public static Housekeeping start(
      Database database, Clock clock, Duration interval, List<Runnable> tasks) {
    Housekeeping housekeeping = new Housekeeping();
    Sweep sweep = new Sweep(database, clock);
    List<Runnable> all = new ArrayList<>(tasks);
    all.add(sweep::run);
    for (Runnable task : all) {
      var unused =
          housekeeping.thread.scheduleWithFixedDelay(
              () -> guarded(task), FIRST.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }
    return housekeeping;
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("a regular task failed and will run again", e);
    }
  }

  /** Waits for the task that runs, and ends. */
  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }
}
