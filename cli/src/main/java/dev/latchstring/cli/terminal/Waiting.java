package dev.latchstring.cli.terminal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what is waited for, until closed: a turning sign and the time left on a terminal; elsewhere
 * a line at the start and one every half minute, so that a log shows it is alive.
 */
public final class Waiting {
  private static final String[] FRAMES = {"|", "/", "-", "\\"};
  private static final String[] ROUND = {
    "\u280b", "\u2819", "\u2838", "\u2834", "\u2826", "\u2807"
  };
  private static final Duration TURN = Duration.ofMillis(120);
  private static final Duration REPEAT = Duration.ofSeconds(30);

  private final Output output;
  private final String what;
  private final @Nullable Instant until;
  private final Clock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Waiting(Output output, String what, @Nullable Instant until, Clock clock) {
    this.output = output;
    this.what = what;
    this.until = until;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("waiting").unstarted(this::run);
  }

  /**
   * Starts to say it.
   *
   * @param what in the form "Waiting for ..."
   * @param until when the wait ends by itself; null where it does not
   */
  public static Waiting on(Output output, String what, @Nullable Instant until, Clock clock) {
    Waiting waiting = new Waiting(output, what, until, clock);
    waiting.thread.start();
    return waiting;
  }

  /** Says it for as long as the work lasts. */
  public static <T> T during(Output output, String what, Clock clock, Supplier<T> work) {
    Waiting waiting = on(output, what, null, clock);
    try {
      return work.get();
    } finally {
      waiting.close();
    }
  }

  private void run() {
    boolean turning = output.terminal().error();
    String[] frames = output.terminal().unicode() ? ROUND : FRAMES;
    long pause = (turning ? TURN : REPEAT).toMillis();
    for (int i = 0; ; i++) {
      String line = what + left();
      if (turning) {
        output.transientLine(frames[i % frames.length] + " " + line);
      } else {
        output.say(line);
      }
      try {
        if (closed.await(pause, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private String left() {
    if (until == null) {
      return "";
    }
    Duration left = Duration.between(clock.instant(), until);
    return left.isNegative() ? "" : " (" + Durations.remaining(left) + " left)";
  }

  /** Stops, and takes the line away. */
  public void close() {
    closed.countDown();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    output.clearTransient();
  }
}
