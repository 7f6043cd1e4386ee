package dev.latchstring.authorizationserver.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** A question with two answers that is asked more often than any other: is there such a row? */
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

  static boolean exists(PreparedStatement statement, List<String> values) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setString(i + 1, values.get(i));
    }
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next();
    }
  }
}
