package dev.latchstring.authorizationserver.challenge.people;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody whom another database or service of the operator's knows.
 *
 * @param id what they are called there
 * @param values what is on file, by column or member in lower case, as text; what is empty there is
 *     not in it
 * @param teams {@code groups} in tokens
 */
record Candidate(String id, Map<String, String> values, List<String> teams) {
  /** An id is longer in no database; what is longer is nobody. */
  static final int MAX_ID = 64;

  /** What is no attribute that anybody is asked for. */
  static final String DISPLAY_NAME = "display_name";

  static final String PASSWORD_HASH = "password_hash";
  static final String PIN_HASH = "pin_hash";
  static final String TEAMS = "teams";

  Candidate {
    values = Map.copyOf(values);
    teams = List.copyOf(teams);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Nothing: all of it is somebody's. */
  @Override
  public String toString() {
    return "Candidate";
  }
}
