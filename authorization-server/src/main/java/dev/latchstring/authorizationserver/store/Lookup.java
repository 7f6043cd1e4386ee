package dev.latchstring.authorizationserver.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * What most requests ask for: whether there is such a row, or what one row says. Without what Jdbi
 * does for a query in general, which takes longer than these.
 */
public final class Lookup {
  private Lookup() {}

  /**
   * Whether the query has a row.
   *
   * @param sql with question marks
   * @param values for them, in their order
   */
  public static boolean exists(Handle handle, String sql, List<String> values) {
    try {
      if (handle.getStatementBuilder() instanceof KeptStatements kept) {
        return kept.exists(handle.getConnection(), sql, values);
      }
      try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
        return exists(statement, values);
      }
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  /**
   * What the query's row says; empty where it has none. Of several, the first.
   *
   * @param sql with question marks
   * @param values for them, in their order: text, bytes, numbers, booleans or null
   */
  public static <T> Optional<T> one(
      Handle handle, String sql, RowReader<T> reader, @Nullable Object... values) {
    try {
      if (handle.getStatementBuilder() instanceof KeptStatements kept) {
        return kept.one(handle.getConnection(), sql, reader, values);
      }
      try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
        return one(statement, reader, values);
      }
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  static <T> Optional<T> one(
      PreparedStatement statement, RowReader<T> reader, @Nullable Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
    }
  }

  static boolean exists(PreparedStatement statement, List<String> values) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setString(i + 1, values.get(i));
    }
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next();
    }
  }
}
