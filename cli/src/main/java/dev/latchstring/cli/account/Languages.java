package dev.latchstring.cli.account;

import dev.latchstring.cli.Environment;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The language of the person at the terminal, by POSIX's {@code LC_ALL}, {@code LANG} and such. */
final class Languages {
  private static final Pattern LOCALE = Pattern.compile("([a-z]{2,3})(?:_([A-Z]{2}))?(?:[.@].*)?");

  private Languages() {}

  /** RFC 5646 tags; empty where none is set, or it is {@code C}. */
  static List<String> of(Environment environment) {
    for (String variable : List.of("LC_ALL", "LC_MESSAGES", "LANG")) {
      String value = environment.variables().getOrDefault(variable, "");
      if (value.isEmpty()) {
        continue;
      }
      Matcher locale = LOCALE.matcher(value);
      return !locale.matches()
          ? List.of()
          : List.of(
              locale.group(2) == null ? locale.group(1) : locale.group(1) + "-" + locale.group(2));
    }
    return List.of();
  }
}
