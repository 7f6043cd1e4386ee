package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Clock;
import java.time.Duration;

/**
 * Notices that the machine slept: connections that were open may be dead then, without either side
 * having been told. The clock has gone on by more than the time that was waited.
 */
final class SleepWatch implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(5);

  /** More than any clock is set right by, and than a busy machine holds a thread up. */
  private static final Duration JUMP = Duration.ofSeconds(20);

  private final Clock clock;
  private final Runnable woke;
  private final Cancellation end = new Cancellation();

  SleepWatch(Clock clock, Runnable woke) {
    this.clock = clock;
    this.woke = woke;
  }

  void start() {
    Thread.ofVirtual().name("sleep-watch").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        long before = clock.millis();
        UpstreamHttp.pause(BEAT.toMillis(), end);
        if (clock.millis() - before > BEAT.plus(JUMP).toMillis()) {
          woke.run();
        }
      }
    } catch (RpcError stopped) {
      // closed
    }
  }

  @Override
  public void close() {
    end.cancel();
  }
}
