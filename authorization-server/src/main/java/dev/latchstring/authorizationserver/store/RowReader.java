package dev.latchstring.authorizationserver.store;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Makes a value of the row that a query is at. */
@FunctionalInterface
public interface RowReader<T> {
  T read(ResultSet row) throws SQLException;
}
