package dev.latchstring.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How soon a program that ended by itself is started again: the first time at once, then after a
 * pause that doubles, and after {@value #LIMIT} ends in a row not for a minute. One that served for
 * half a minute starts with a clean slate. Safe for use by many threads.
 */
final class Restarts {
  static final int LIMIT = 6;
  static final Duration REST = Duration.ofSeconds(60);

  private static final Duration GOOD_LIFE = Duration.ofSeconds(30);
  private static final long FIRST_PAUSE_MILLIS = 125;

  private final ReentrantLock lock = new ReentrantLock();
  private int ends;
  private Instant lastEnd = Instant.EPOCH;

  /** It ended though nobody wanted it to. */
  void ended(Instant startedAt, Instant now) {
    lock.lock();
    try {
      ends = Duration.between(startedAt, now).compareTo(GOOD_LIFE) >= 0 ? 1 : ends + 1;
      lastEnd = now;
    } finally {
      lock.unlock();
    }
  }

  int ends() {
    lock.lock();
    try {
      return ends;
    } finally {
      lock.unlock();
    }
  }

  /** How long to wait from now before it is started again; zero for not at all. */
  Duration pause(Instant now) {
    lock.lock();
    try {
      if (ends < 2) {
        return Duration.ZERO;
      }
      Duration pause = ends >= LIMIT ? REST : Duration.ofMillis(FIRST_PAUSE_MILLIS << (ends - 2));
      Duration left = Duration.between(now, lastEnd.plus(pause));
      return left.isNegative() ? Duration.ZERO : left;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it ended too often to be waited for. */
  boolean isResting(Instant now) {
    return ends() >= LIMIT && !pause(now).isZero();
  }
}
