package dev.latchstring.authorizationserver.challenge.people;

import java.util.Set;

/**
 * A query that the database has prepared once.
 *
 * @param sql with its named parameters
 * @param parameters their names
 * @param columns the names of what it selects, in lower case
 * @param idType of the column {@code id}
 */
record CheckedQuery(String sql, Set<String> parameters, Set<String> columns, IdType idType) {
  /** How an id is written. */
  enum IdType {
    NUMBER,
    UUID,
    TEXT
  }

  CheckedQuery {
    parameters = Set.copyOf(parameters);
    columns = Set.copyOf(columns);
  }

  boolean hasParameterOrColumn(String attribute) {
    return parameters.contains(attribute) || columns.contains(attribute);
  }
}
