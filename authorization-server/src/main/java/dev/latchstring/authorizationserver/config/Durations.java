package dev.latchstring.authorizationserver.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as an operator writes them: {@code 45s}, {@code 10m}, {@code 8h}, {@code 30d}. */
final class Durations {
  private Durations() {}

  /**
   * @param key the setting's name, for the message
   * @param text the text, or null for the fallback
   * @throws ConfigurationException where it is not a duration, or outside the bounds
   */
  static Duration parse(
      String key, @Nullable String text, Duration fallback, Duration least, Duration most) {
    if (text == null) {
      return fallback;
    }
    Duration duration = parse(key, text.strip());
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw new ConfigurationException(
          key + ": " + text + " is not between " + written(least) + " and " + written(most));
    }
    return duration;
  }

  private static Duration parse(String key, String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > 9) {
      throw unreadable(key, text);
    }
    long amount = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> throw unreadable(key, text);
    };
  }

  private static ConfigurationException unreadable(String key, String text) {
    return new ConfigurationException(
        key + ": '" + text + "' is not a duration; write for example 45s, 10m, 8h or 30d");
  }

  private static String written(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    return seconds % 3600 == 0
        ? seconds / 3600 + "h"
        : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
