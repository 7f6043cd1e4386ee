package dev.latchstring.authorizationserver.page;

import java.time.Duration;

/** How long something takes or took, as people say it. */
public final class Waiting {
  private Waiting() {}

  /** In whole seconds, rounded up: who waits as long as told is not early. */
  public static Duration whole(Duration delay) {
    return delay.plusMillis(999).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
  }

  /** "1 second", "40 seconds", "3 minutes": rounded up. */
  public static String words(Duration delay) {
    long seconds = Math.max(1, whole(delay).toSeconds());
    return seconds <= 90 ? count(seconds, "second") : count((seconds + 59) / 60, "minute");
  }

  /** "just now", "1 minute ago", "25 minutes ago": rounded down. */
  public static String ago(Duration age) {
    return age.toMinutes() < 1 ? "just now" : count(age.toMinutes(), "minute") + " ago";
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
