package dev.latchstring.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens per second for client_credentials with ES256 JWTs through the whole server, and the time
 * from its start to its first token.
 *
 * <p>Options: {@code --seconds N} (15), {@code --warmup N} (20), {@code --connections N} (32),
 * {@code --starts N} (5), {@code --own} to use the generator written here even where wrk is
 * installed, {@code --latch PATH} the launcher.
 */
public final class ServeBenchmark {
  private static final String CONFIGURATION =
      """
      clients:
        - client_id: bench
          client_secret: "0123456789abcdef0123456789abcdef"
          grant_types: [client_credentials]
          scope: "clinic:read"
      accounts: []
      resources:
        - resource: http://localhost:9100/mcp
          scopes: [clinic:read, clinic:write]
      """;

  private final Arguments arguments;

  private ServeBenchmark(Arguments arguments) {
    this.arguments = arguments;
  }

  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    new ServeBenchmark(Arguments.parse(args)).run();
  }

  private void run() throws IOException, SQLException, InterruptedException {
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < arguments.starts(); i++) {
      try (Server server = start()) {
        starts.add(server.toFirstToken().toMillis());
      }
    }
    starts.sort(null);
    if (!starts.isEmpty()) {
      System.out.printf(
          "start to first token: median %d ms of %s (an empty data directory each)%n",
          starts.get(starts.size() / 2), starts);
    }
    try (Server server = start()) {
      Load load = arguments.own() ? new OwnLoad() : Wrk.orElse(new OwnLoad());
      load.run(server.port(), arguments.connections(), arguments.warmup());
      long before = server.rows();
      Load.Result result = load.run(server.port(), arguments.connections(), arguments.seconds());
      System.out.printf(
          "client_credentials, ES256: %,.0f tokens/s, p50 %.2f ms, p99 %.2f ms, %d errors"
              + " (%s, %d connections, %d s after %d s of warm-up)%n",
          result.perSecond(),
          result.p50Millis(),
          result.p99Millis(),
          result.errors(),
          load.name(),
          arguments.connections(),
          arguments.seconds(),
          arguments.warmup());
      System.out.printf("rows written meanwhile: %d%n", server.rows() - before);
    }
  }

  private Server start() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("latchstring-benchmark-");
    Path configuration = Files.writeString(directory.resolve("latchstring.yaml"), CONFIGURATION);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                arguments.latch().toString(),
                "serve",
                "--config",
                configuration.toString(),
                "--port",
                Integer.toString(port),
                "--data",
                directory.resolve("data").toString())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    Request request = new Request(port);
    while (!request.succeeds()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "the server ended: " + Files.readString(directory.resolve("err")));
      }
      Thread.sleep(2);
    }
    return new Server(process, directory, port, Duration.ofNanos(System.nanoTime() - start));
  }

  /** A server in a process of its own. */
  private record Server(Process process, Path directory, int port, Duration toFirstToken)
      implements AutoCloseable {

    /** How many rows all tables have together, those of the migrations aside. */
    long rows() throws SQLException {
      long rows = 0;
      String url = "jdbc:sqlite:" + directory.resolve("data").resolve("latchstring.db");
      try (Connection connection = DriverManager.getConnection(url);
          ResultSet tables =
              connection
                  .createStatement()
                  .executeQuery(
                      "select name from sqlite_master where type = 'table'"
                          + " and name not like 'flyway%' and name not like 'sqlite%'")) {
        while (tables.next()) {
          try (ResultSet count =
              connection
                  .createStatement()
                  .executeQuery("select count(*) from " + tables.getString(1))) {
            count.next();
            rows += count.getLong(1);
          }
        }
      }
      return rows;
    }

    @Override
    public void close() {
      process.destroy();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
