package dev.latchstring.authorizationserver.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The databases that every store works on. */
public enum DatabaseKind {
  SQLITE {
    @Override
    public DatabaseConfiguration fresh() {
      try {
        Path file = file();
        Files.copy(SqliteTemplate.FILE, file);
        return DatabaseConfiguration.sqlite(file);
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

  private final Queue<DatabaseConfiguration> idle = new ConcurrentLinkedQueue<>();

  /** A new database with the tables of this version and nothing in them. */
  public abstract DatabaseConfiguration fresh();

  /**
   * One that contracts use one after the other, each after emptying it: a new one each time takes
   * the disk long.
   */
  public DatabaseConfiguration borrow() {
    DatabaseConfiguration used = idle.poll();
    return used == null ? fresh() : used;
  }

  /** What was borrowed, for the next. */
  public void giveBack(DatabaseConfiguration borrowed) {
    idle.add(borrowed);
  }

  private static Path file() throws IOException {
    Path target = Files.createDirectories(Path.of("target", "test-databases"));
    return Files.createTempDirectory(target, "sqlite-").resolve("latchstring.db");
  }

  /** Migrated once; what the tests get are copies. */
  private static final class SqliteTemplate {
    private static final Path FILE = make();

    private static Path make() {
      try {
        Path file = file();
        Database.open(DatabaseConfiguration.sqlite(file)).close();
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One server for all tests, made durable as a real one is; a database for each. */
  private static final class Postgresql {
    private static final EmbeddedPostgres SERVER = start();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                // A machine that does much else takes longer than the ten seconds it has otherwise.
                .setPGStartupWait(Duration.ofMinutes(2))
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
