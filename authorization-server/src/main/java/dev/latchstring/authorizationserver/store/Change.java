package dev.latchstring.authorizationserver.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * An insertion or an update that many requests make: without what Jdbi does for a statement in
 * general, which takes longer than some of them.
 */
public final class Change {
  private Change() {}

  /**
   * How many rows the statement changed.
   *
   * @param sql with question marks
   * @param values for them, in their order: text, bytes, numbers, booleans or null
   */
  public static int rows(Handle handle, String sql, @Nullable Object... values) {
    try {
      if (handle.getStatementBuilder() instanceof KeptStatements kept) {
        return kept.change(handle.getConnection(), sql, values);
      }
      try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
        return rows(statement, values);
      }
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  static int rows(PreparedStatement statement, @Nullable Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement.executeUpdate();
  }
}
