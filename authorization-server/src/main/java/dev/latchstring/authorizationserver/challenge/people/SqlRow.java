package dev.latchstring.authorizationserver.challenge.people;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A row of any columns, as text. */
final class SqlRow {
  private SqlRow() {}

  static Candidate read(ResultSet row, NormalForms forms) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    Map<String, String> values = new HashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String name = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
      String value = row.getString(i);
      if (value != null && !value.isBlank()) {
        boolean number = isNumber(columns.getColumnType(i)) || row.getObject(i) instanceof Number;
        values.put(name, number ? padded(name, value.strip(), forms) : value.strip());
      }
    }
    String id = values.getOrDefault("id", "");
    String teams = values.remove(Candidate.TEAMS);
    return new Candidate(id, values, teams == null ? List.of() : teams(teams));
  }

  private static boolean isNumber(int type) {
    return switch (type) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC -> true;
      default -> false;
    };
  }

  /** A column of numbers has lost the zeros that digits begin with. */
  private static String padded(String name, String value, NormalForms forms) {
    int least = forms.of(name).digits();
    return least > value.length() && value.chars().allMatch(c -> c >= '0' && c <= '9')
        ? "0".repeat(least - value.length()) + value
        : value;
  }

  private static List<String> teams(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(team -> !team.isEmpty())
        .toList();
  }
}
