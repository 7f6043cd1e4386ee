package dev.latchstring.oauth.fetch;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9111 §4.2 and §5.2.2. What an answer's header fields say about keeping it, as a private cache
 * reads them.
 *
 * @param lifetime for how long it is fresh from now on; zero where it has to be asked for again
 *     each time, null where nothing is said
 * @param storable whether it may be kept at all; not with {@code no-store}
 * @param usableStale whether it may be used although it is no longer fresh, where its origin cannot
 *     be reached; not with {@code no-cache} or {@code must-revalidate}
 */
public record Freshness(@Nullable Duration lifetime, boolean storable, boolean usableStale) {
  /** RFC 9111 §1.2.2: no number of seconds is larger. */
  private static final long MOST_SECONDS = Integer.MAX_VALUE;

  /**
   * @param headers names in lower case; the values of a repeated field joined by commas
   * @param now when the answer arrived
   */
  public static Freshness of(Map<String, String> headers, Instant now) {
    Long maxAge = null;
    boolean noStore = false;
    boolean noCache = false;
    boolean mustRevalidate = false;
    for (String part : headers.getOrDefault("cache-control", "").split(",", -1)) {
      String directive = part.strip().toLowerCase(Locale.ROOT);
      int equals = directive.indexOf('=');
      switch (equals < 0 ? directive : directive.substring(0, equals).strip()) {
        case "max-age" -> {
          long seconds = seconds(directive.substring(equals + 1));
          maxAge = maxAge == null ? seconds : Math.min(maxAge, seconds);
        }
        case "no-store" -> noStore = true;
        case "no-cache" -> noCache = true;
        case "must-revalidate" -> mustRevalidate = true;
        default -> {} // RFC 9111 §5.2.3: what is not known is ignored.
      }
    }
    boolean stale = noStore || noCache;
    Duration lifetime = stale ? Duration.ZERO : lifetime(maxAge, headers, now);
    return new Freshness(lifetime, !noStore, !stale && !mustRevalidate);
  }

  private static @Nullable Duration lifetime(
      @Nullable Long maxAge, Map<String, String> headers, Instant now) {
    Duration whole;
    if (maxAge != null) {
      whole = Duration.ofSeconds(maxAge);
    } else if (headers.containsKey("expires")) {
      Instant expires = date(headers.get("expires"));
      Instant date = date(headers.get("date"));
      whole =
          expires == null ? Duration.ZERO : Duration.between(date == null ? now : date, expires);
    } else {
      return null;
    }
    Duration left =
        headers.containsKey("age")
            ? whole.minusSeconds(seconds(String.valueOf(headers.get("age"))))
            : whole;
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** RFC 9111 §4.2.1: what cannot be read counts as stale, so it is zero. */
  private static long seconds(String text) {
    String digits = text.strip().replace("\"", "");
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    return digits.length() > 10 ? MOST_SECONDS : Math.min(MOST_SECONDS, Long.parseLong(digits));
  }

  private static @Nullable Instant date(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
