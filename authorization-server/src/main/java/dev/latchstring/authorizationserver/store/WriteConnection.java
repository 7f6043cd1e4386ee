package dev.latchstring.authorizationserver.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/**
 * The connection that writes to SQLite, with the statements around every unit compiled once: they
 * run as often as all others together.
 */
final class WriteConnection {
  private final Handle handle;
  private final PreparedStatement begin;
  private final PreparedStatement savepoint;
  private final PreparedStatement release;
  private final PreparedStatement commit;

  private WriteConnection(Handle handle) throws SQLException {
    Connection connection = handle.getConnection();
    this.handle = handle;
    this.begin = connection.prepareStatement("begin immediate");
    this.savepoint = connection.prepareStatement("savepoint unit");
    this.release = connection.prepareStatement("release unit");
    this.commit = connection.prepareStatement("commit");
  }

  static WriteConnection of(Handle handle) {
    try {
      return new WriteConnection(handle);
    } catch (SQLException e) {
      handle.close();
      throw new ConnectionException(e);
    }
  }

  /** What the units work with. */
  Handle handle() {
    return handle;
  }

  void begin() {
    run(begin);
  }

  void savepoint() {
    run(savepoint);
  }

  /** Takes back what was done since the savepoint. */
  void rollbackToSavepoint() {
    handle.execute("rollback to unit");
  }

  void release() {
    run(release);
  }

  void commit() {
    run(commit);
  }

  void rollback() {
    handle.execute("rollback");
  }

  void close() {
    handle.close();
  }

  private static void run(PreparedStatement statement) {
    try {
      statement.execute();
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }
}
