package dev.latchstring.cli.terminal;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
public final class Durations {
  private Durations() {}

  /** How long something took: {@code 8 ms}, {@code 1.4 s}, {@code 2 min 5 s}. */
  public static String took(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
  }

  /**
   * How long something still lasts: {@code 4:32}, {@code 59 min}, {@code 3 h 5 min}, {@code 12 d}.
   */
  public static String remaining(Duration duration) {
    if (duration.compareTo(Duration.ofMinutes(15)) < 0) {
      return String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
    if (duration.compareTo(Duration.ofHours(1)) < 0) {
      return duration.toMinutes() + " min";
    }
    if (duration.compareTo(Duration.ofDays(2)) < 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toDays() + " d";
  }
}
