package dev.latchstring.authorizationserver.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the schema writes times and lists, so that every store writes them alike. */
public final class Rows {
  private Rows() {}

  /** Milliseconds since 1970. */
  public static long millis(Instant time) {
    return time.toEpochMilli();
  }

  /** Milliseconds since 1970, or null. */
  public static @Nullable Long optionalMillis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  public static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  public static @Nullable Instant optionalInstant(ResultSet row, String column)
      throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  /** Words (none has a space in it) as one text with spaces between them. */
  public static String words(List<String> words) {
    return String.join(" ", words);
  }

  public static List<String> words(@Nullable String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
