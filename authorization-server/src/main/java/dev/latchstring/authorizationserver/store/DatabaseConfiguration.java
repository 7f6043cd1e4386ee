package dev.latchstring.authorizationserver.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and how much of it this process may use.
 *
 * @param url {@code jdbc:sqlite:/path/latchstring.db} or {@code jdbc:postgresql://host/name}
 * @param user for PostgreSQL; null where the URL or the machine says
 * @param password for PostgreSQL; null where none is needed
 * @param connections PostgreSQL: the most connections; SQLite: the number of readers. At least 1
 * @param queue the most units of work that wait at once; one more is refused with {@code
 *     temporarily_unavailable}
 * @param patience how long a unit waits for a connection or a lock before it is refused
 */
public record DatabaseConfiguration(
    String url,
    @Nullable String user,
    @Nullable String password,
    int connections,
    int queue,
    Duration patience) {

  public DatabaseConfiguration {
    if (connections < 1 || queue < 1 || patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("connections, queue and patience are positive");
    }
  }

  /** SQLite in this file, which is created, with its directory, where it does not exist. */
  public static DatabaseConfiguration sqlite(Path file) {
    return of("jdbc:sqlite:" + file.toAbsolutePath().normalize(), null, null);
  }

  /** Any supported JDBC URL, with the usual limits. */
  public static DatabaseConfiguration of(
      String url, @Nullable String user, @Nullable String password) {
    return new DatabaseConfiguration(url, user, password, 8, 4096, Duration.ofSeconds(10));
  }

  boolean isSqlite() {
    return url.startsWith("jdbc:sqlite:");
  }

  boolean isPostgresql() {
    return url.startsWith("jdbc:postgresql:");
  }

  /** Without user, password, and whatever the URL says after its path. */
  @Override
  public String toString() {
    int query = url.indexOf('?');
    return "DatabaseConfiguration[" + (query < 0 ? url : url.substring(0, query)) + "]";
  }
}
