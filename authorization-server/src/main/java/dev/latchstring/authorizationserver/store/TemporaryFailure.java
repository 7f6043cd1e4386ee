package dev.latchstring.authorizationserver.store;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** Failures that pass: the caller is told to come back, and nothing of its unit was done. */
final class TemporaryFailure {
  private static final Set<SQLiteErrorCode> SQLITE =
      Set.of(
          SQLiteErrorCode.SQLITE_BUSY,
          SQLiteErrorCode.SQLITE_LOCKED,
          SQLiteErrorCode.SQLITE_FULL,
          SQLiteErrorCode.SQLITE_IOERR,
          SQLiteErrorCode.SQLITE_NOMEM,
          SQLiteErrorCode.SQLITE_READONLY,
          SQLiteErrorCode.SQLITE_CANTOPEN);

  /** PostgreSQL's appendix A: resources, locks and serialization, shutting down, no connection. */
  private static final Set<String> POSTGRESQL = Set.of("53", "55", "40", "57", "08");

  private TemporaryFailure() {}

  static OAuthException of(String detail) {
    return new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE, "the server is busy; try again in a few seconds")
        .withDetail(detail);
  }

  /** The failure of a unit of work that was rolled back, as its caller is to see it. */
  static RuntimeException translate(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isTemporary(sql)) {
        return of("database: " + sql.getMessage());
      }
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("a unit of work failed", failure);
  }

  private static boolean isTemporary(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.length() != 5) {
      return SQLITE.contains(SqliteFile.errorCode(e));
    }
    return POSTGRESQL.contains(state.substring(0, 2));
  }
}
