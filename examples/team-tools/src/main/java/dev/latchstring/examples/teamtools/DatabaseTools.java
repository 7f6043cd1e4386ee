package dev.latchstring.examples.teamtools;

import static dev.latchstring.examples.teamtools.Results.done;
import static dev.latchstring.examples.teamtools.Results.failed;
import static dev.latchstring.examples.teamtools.Results.text;
import static dev.latchstring.examples.teamtools.Results.tool;

import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Caller;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/** A query of the team's database: one statement, which the database itself lets only read. */
final class DatabaseTools {
  static final String QUERY = "query_database";

  private static final int ROWS = 100;
  private static final int SECONDS = 10;

  private final Path database;

  DatabaseTools(Path database) {
    this.database = database;
  }

  List<SyncToolSpecification> all(ProtectedTools tools) {
    return List.of(
        tools.tool(
            tool(
                QUERY,
                "Runs one SQL query that reads. The answer has at most " + ROWS + " rows.",
                """
                {"type": "object",
                 "properties": {"sql": {"type": "string", "minLength": 1, "maxLength": 4000}},
                 "required": ["sql"], "additionalProperties": false}
                """),
            this::query));
  }

  private CallToolResult query(Caller caller, CallToolRequest request) {
    SQLiteConfig readOnly = new SQLiteConfig();
    readOnly.setReadOnly(true);
    try (Connection connection = readOnly.createConnection("jdbc:sqlite:" + database);
        PreparedStatement statement = connection.prepareStatement(text(request, "sql"))) {
      statement.setQueryTimeout(SECONDS);
      statement.setMaxRows(ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        return done(Map.of("rows", rows(rows)));
      }
    } catch (SQLException e) {
      return failed("the database refused: " + e.getMessage());
    }
  }

  private static List<Map<String, Object>> rows(ResultSet result) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 1; i <= columns; i++) {
        row.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
      }
      rows.add(row);
    }
    return rows;
  }
}
