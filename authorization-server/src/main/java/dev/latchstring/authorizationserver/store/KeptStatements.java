package dev.latchstring.authorizationserver.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prepared statements of one SQLite connection, at most {@value #MOST}, the one that was not
 * used for longest going first: SQLite takes longer to compile most of ours than to run them.
 *
 * <p>One that is kept holds no values and no open read. A connection, and with it this, is used by
 * one thread at a time.
 */
final class KeptStatements extends DefaultStatementBuilder {
  private static final Logger LOG = LoggerFactory.getLogger(KeptStatements.class);
  private static final int MOST = 200;

  private final Map<String, PreparedStatement> idle = new LinkedHashMap<>(64, 0.75f, true);

  /** Jdbi names a statement by another text when it closes it than when it makes it. */
  private final IdentityHashMap<PreparedStatement, String> used = new IdentityHashMap<>();

  @Override
  public PreparedStatement create(Connection connection, String sql, StatementContext context)
      throws SQLException {
    if (context.isReturningGeneratedKeys() || context.isConcurrentUpdatable()) {
      return super.create(connection, sql, context);
    }
    PreparedStatement statement = take(connection, sql);
    used.put(statement, sql);
    return statement;
  }

  /** One that no other use of has; to be given back. */
  private PreparedStatement take(Connection connection, String sql) throws SQLException {
    PreparedStatement kept = idle.remove(sql);
    return kept != null ? kept : connection.prepareStatement(sql);
  }

  @Override
  public void close(Connection connection, String unused, Statement statement) throws SQLException {
    String sql = statement instanceof PreparedStatement prepared ? used.remove(prepared) : null;
    if (sql == null || statement.isClosed() || idle.containsKey(sql)) {
      statement.close();
      return;
    }
    giveBack(sql, (PreparedStatement) statement);
  }

  private void giveBack(String sql, PreparedStatement statement) throws SQLException {
    statement.clearParameters();
    idle.put(sql, statement);
    if (idle.size() > MOST) {
      var all = idle.values().iterator();
      PreparedStatement eldest = all.next();
      all.remove();
      eldest.close();
    }
  }

  /**
   * Whether a query that only asks that has a row: what is asked with every token, without what
   * Jdbi does for a query in general.
   *
   * @param values for its question marks, in their order
   */
  boolean exists(Connection connection, String sql, List<String> values) throws SQLException {
    PreparedStatement statement = take(connection, sql);
    boolean exists;
    try {
      exists = Lookup.exists(statement, values);
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
    giveBack(sql, statement);
    return exists;
  }

  /**
   * What the query's row says, without what Jdbi does for a query in general.
   *
   * @param values for its question marks, in their order
   */
  <T> Optional<T> one(
      Connection connection, String sql, RowReader<T> reader, @Nullable Object... values)
      throws SQLException {
    PreparedStatement statement = take(connection, sql);
    Optional<T> one;
    try {
      one = Lookup.one(statement, reader, values);
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
    giveBack(sql, statement);
    return one;
  }

  /**
   * How many rows an insertion or an update changed, without what Jdbi does for one in general.
   *
   * @param values for its question marks, in their order
   */
  int change(Connection connection, String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = take(connection, sql);
    int rows;
    try {
      rows = Change.rows(statement, values);
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
    giveBack(sql, statement);
    return rows;
  }

  @Override
  public void close(Connection connection) {
    for (PreparedStatement statement : idle.values()) {
      try {
        statement.close();
      } catch (SQLException e) {
        LOG.debug("a statement of a broken connection could not be closed", e);
      }
    }
    idle.clear();
  }
}
