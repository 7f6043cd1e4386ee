package dev.latchstring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** {@code latch serve} on an empty SQLite database. */
record LatchServe(Path latch) implements Program {
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

  @Override
  public String name() {
    return "latch serve";
  }

  @Override
  public List<String> command(Path directory, int port) throws IOException {
    Path configuration = Files.writeString(directory.resolve("latchstring.yaml"), CONFIGURATION);
    return List.of(
        latch.toString(),
        "serve",
        "--config",
        configuration.toString(),
        "--port",
        Integer.toString(port),
        "--data",
        directory.resolve("data").toString());
  }

  /** How many rows all tables have together, those of the migrations aside. */
  static long rows(Running server) throws SQLException {
    long rows = 0;
    String url = "jdbc:sqlite:" + server.directory().resolve("data").resolve("latchstring.db");
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
}
