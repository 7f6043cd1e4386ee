package dev.latchstring.authorizationserver.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** The databases that every store works on. */
public enum DatabaseKind {
  SQLITE {
    @Override
    public DatabaseConfiguration fresh() {
      try {
        Path directory = Files.createTempDirectory("latchstring-test-");
        directory.toFile().deleteOnExit();
        return DatabaseConfiguration.sqlite(directory.resolve("latchstring.db"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  },
  POSTGRESQL {
    @Override
    public DatabaseConfiguration fresh() {
      return Postgresql.fresh();
    }
  };

  /** A new, empty database. */
  public abstract DatabaseConfiguration fresh();

  /** One server for all tests, made durable as a real one is; a database for each. */
  private static final class Postgresql {
    private static final EmbeddedPostgres SERVER = start();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .start();
        execute(server, "create database template_latchstring");
        // Migrated once; what the tests get are copies.
        Database.open(configuration(server, "template_latchstring")).close();
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static DatabaseConfiguration fresh() {
      String name = "test_" + COUNT.incrementAndGet();
      execute(SERVER, "create database " + name + " template template_latchstring");
      return configuration(SERVER, name);
    }

    private static DatabaseConfiguration configuration(EmbeddedPostgres server, String name) {
      return DatabaseConfiguration.of(server.getJdbcUrl("postgres", name), "postgres", null);
    }

    private static void execute(EmbeddedPostgres server, String sql) {
      try (var connection = server.getPostgresDatabase().getConnection();
          var statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(sql, e);
      }
    }
  }
}
