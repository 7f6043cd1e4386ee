package dev.latchstring.client.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response whose body was read whole.
 *
 * @param body empty where it is an event stream, which is not read
 */
public record Reply(URI uri, int status, HttpHeaders headers, byte[] body) {
  private static final Duration LONGEST = Duration.ofHours(1);

  public boolean isOk() {
    return status >= 200 && status < 300;
  }

  /** Whether the server answers at all but cannot serve now: 429 and 5xx. */
  public boolean isTemporary() {
    return status == 429 || status >= 500;
  }

  /**
   * RFC 9110 §10.2.3. How long the server wants to be left alone, at most an hour; null where it
   * does not say so in seconds or as a date beside its own.
   */
  public @Nullable Duration retryAfter() {
    String value = headers.firstValue("Retry-After").map(String::strip).orElse("");
    if (value.isEmpty()) {
      return null;
    }
    if (value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return bounded(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant now = date(headers.firstValue("Date").orElse(""));
      return bounded(Duration.between(now, date(value)));
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static Instant date(String text) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
  }

  private static Duration bounded(Duration time) {
    if (time.isNegative()) {
      return Duration.ZERO;
    }
    return time.compareTo(LONGEST) > 0 ? LONGEST : time;
  }

  /** RFC 9110 §8.3.1: the media type without parameters, in lower case; empty where not given. */
  public String mediaType() {
    String type = headers.firstValue("Content-Type").orElse("");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  /** RFC 6839 §3.1: {@code application/json} or a type that ends in {@code +json}. */
  public boolean isJson() {
    return mediaType().equals("application/json") || mediaType().endsWith("+json");
  }

  /** Without body and headers, which may hold secrets. */
  @Override
  public String toString() {
    return "Reply[" + status + " from " + uri.getHost() + "]";
  }
}
