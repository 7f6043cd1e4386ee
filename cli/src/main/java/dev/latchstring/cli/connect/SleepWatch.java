package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the machine slept: connections that were open may be dead then, without either side
 * having been told. The clock has gone on by more than the time that was waited.
 */
final class SleepWatch implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(5);

  /** More than any clock is set right by, and than a busy machine holds a thread up. */
  private static final Duration JUMP = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(SleepWatch.class);

  private final Clock clock;
  private final Duration beat;
  private final Runnable woke;
  private final Cancellation end = new Cancellation();

  SleepWatch(Clock clock, Runnable woke) {
    this(clock, BEAT, woke);
  }

  /**
   * @param beat how often the clock is looked at
   */
  SleepWatch(Clock clock, Duration beat, Runnable woke) {
    this.clock = clock;
    this.beat = beat;
    this.woke = woke;
  }

  void start() {
    Thread.ofVirtual().name("sleep-watch").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        long before = clock.millis();
        UpstreamHttp.pause(beat.toMillis(), end);
        if (clock.millis() - before > beat.plus(JUMP).toMillis()) {
          tell();
        }
      }
    } catch (RpcError stopped) {
      // closed
    }
  }

  /** Where the network is not back yet, the next sleep is noticed all the same. */
  private void tell() {
    try {
      woke.run();
    } catch (RuntimeException e) {
      LOG.info("after a sleep: {}", e.toString());
    }
  }

  @Override
  public void close() {
    end.cancel();
  }
}
