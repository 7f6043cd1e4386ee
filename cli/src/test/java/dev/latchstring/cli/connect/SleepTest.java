package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.Await;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the bridge does on a laptop that was closed and opened again. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class SleepTest {
  private static final Duration BEAT = Duration.ofMillis(5);

  @TempDir private Path cache;
  private final Laptop laptop = new Laptop();

  /** A clock that goes on where the machine does not. */
  private static final class Laptop extends Clock {
    private volatile Instant now = Instant.parse("2026-11-21T08:00:00Z");
    final AtomicInteger looks = new AtomicInteger();

    synchronized void sleeps(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      looks.incrementAndGet();
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private void someBeats() throws Exception {
    int before = laptop.looks.get();
    Await.until("the clock is looked at", () -> laptop.looks.get() > before + 6);
  }

  @Test
  void a_sleep_is_told_once_and_what_a_clock_is_set_right_by_is_none() throws Exception {
    AtomicInteger woken = new AtomicInteger();
    try (SleepWatch watch = new SleepWatch(laptop, BEAT, woken::incrementAndGet)) {
      watch.start();
      someBeats();
      laptop.sleeps(Duration.ofSeconds(19));
      someBeats();
      laptop.sleeps(Duration.ofHours(-1));
      someBeats();
      assertThat(woken).hasValue(0);

      laptop.sleeps(Duration.ofMinutes(20));
      someBeats();
      assertThat(woken).hasValue(1);
      laptop.sleeps(Duration.ofHours(9));
      someBeats();
      assertThat(woken).hasValue(2);
    }
  }

  @Test
  void a_failure_to_reconnect_does_not_end_the_watch() throws Exception {
    AtomicInteger woken = new AtomicInteger();
    Runnable fails =
        () -> {
          woken.incrementAndGet();
          throw new IllegalStateException("the network is not back yet");
        };
    try (SleepWatch watch = new SleepWatch(laptop, BEAT, fails)) {
      watch.start();
      someBeats();
      laptop.sleeps(Duration.ofHours(1));
      someBeats();
      laptop.sleeps(Duration.ofHours(1));
      someBeats();
      assertThat(woken).hasValue(2);
    }
  }

  @Test
  void a_watch_that_was_closed_looks_no_more() throws Exception {
    AtomicInteger woken = new AtomicInteger();
    SleepWatch watch = new SleepWatch(laptop, BEAT, woken::incrementAndGet);
    watch.start();
    someBeats();
    watch.close();
    laptop.sleeps(Duration.ofHours(1));
    int looks = laptop.looks.get();
    Await.until("time passes", new Passed(Duration.ofMillis(100))::isOver);
    assertThat(laptop.looks.get()).isLessThanOrEqualTo(looks + 1);
    assertThat(woken).hasValue(0);
  }

  private record Passed(long until) {
    Passed(Duration time) {
      this(System.nanoTime() + time.toNanos());
    }

    boolean isOver() {
      return System.nanoTime() >= until;
    }
  }

  /** The bridge's own beat takes five seconds; all three kinds of server share them. */
  @Test
  void streams_are_opened_again_and_one_that_cannot_be_is_tried_out() throws Exception {
    try (SessionServer sessions = SessionServer.start();
        StatelessServer stateless = StatelessServer.start();
        EventServer events = EventServer.start();
        TestHost one = TestHost.at(laptop, sessions.url(), cache).session("{}");
        TestHost two = TestHost.at(laptop, stateless.url(), cache).session("{}");
        TestHost three = TestHost.at(laptop, events.url(), cache).session("{}")) {
      one.call("tools/list", "{}");
      two.call("tools/list", "{}");
      three.call("tools/list", "{}");
      Await.until("the streams", () -> !sessions.streams.isEmpty() && !stateless.streams.isEmpty());

      laptop.sleeps(Duration.ofHours(8));

      Await.until("another stream of the session", () -> sessions.called("the stream") == 2);
      Await.until("another stream of changes", () -> stateless.called("the stream") == 2);
      Await.until("a sign of life", () -> events.called("ping") == 1);
      assertThat(events.sessions()).isEqualTo(1);
      assertThat(TestHost.toolsOf(three.call("tools/list", "{}"))).contains("echo");
    }
  }
}
