package dev.latchstring.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for tests, flushing every commit to the device as it does in production ({@code
 * fsync} and {@code synchronous_commit} are on, which the embedded build turns off).
 *
 * <p>One server per JVM is started by the first {@link #newDatabase()} and ends with the JVM; every
 * test takes a fresh, empty database of its own.
 */
public final class Postgres {
  private static @Nullable Postgres shared;

  private final EmbeddedPostgres server;

  private Postgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /**
   * Creates an empty database.
   *
   * @return its JDBC URL with user and password: {@code jdbc:postgresql://localhost:…}
   */
  public static String newDatabase() {
    return shared().create("t" + UUID.randomUUID().toString().replace("-", ""));
  }

  private static synchronized Postgres shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static Postgres start() {
    try {
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              // A machine that does much else takes longer than the ten seconds it has otherwise.
              .setPGStartupWait(Duration.ofMinutes(2))
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("max_connections", "100")
              .start();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                try {
                  server.close();
                } catch (IOException e) {
                  System.err.println("PostgreSQL did not stop: " + e.getMessage());
                }
              }));
      return new Postgres(server);
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL does not start: " + e.getMessage(), e);
    }
  }

  private String create(String name) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("no database: " + e.getMessage(), e);
    }
    return server.getJdbcUrl("postgres", name);
  }
}
