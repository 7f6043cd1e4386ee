package dev.latchstring.authorizationserver.config;

import java.util.Collection;
import java.util.Optional;

/** The name somebody probably meant: at most three edits away, and fewer for short names. */
final class NearestName {
  private NearestName() {}

  static Optional<String> of(String name, Collection<String> known) {
    String nearest = null;
    int least = Math.min(3, name.length() / 2) + 1;
    for (String candidate : known.stream().sorted().toList()) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** The Levenshtein distance; a dash counts as an underscore. */
  private static int distance(String given, String known) {
    String a = given.replace('-', '_');
    int[] row = new int[known.length() + 1];
    for (int j = 0; j <= known.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= known.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == known.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[known.length()];
  }
}
