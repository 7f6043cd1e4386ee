package dev.latchstring.cli.run;

import java.util.Map;

/**
 * An environment variable from which a program takes its token.
 *
 * @param template its value, in which {@value #PLACE} stands for the token
 */
record TokenVariable(String name, String template) {
  static final String PLACE = "{token}";

  /** The token alone. */
  static TokenVariable of(String name) {
    return new TokenVariable(name, PLACE);
  }

  /**
   * Reads {@code NAME} or {@code NAME=TEMPLATE}.
   *
   * @throws IllegalArgumentException with a message for the person
   */
  static TokenVariable parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    String template = equals < 0 ? PLACE : text.substring(equals + 1);
    if (!isName(name)) {
      throw new IllegalArgumentException("'" + name + "' is no name of an environment variable");
    }
    if (name.startsWith(ChildEnvironment.OURS)) {
      throw new IllegalArgumentException(name + " is a variable of latch's own");
    }
    if (!template.contains(PLACE)) {
      throw new IllegalArgumentException(
          name
              + " needs "
              + PLACE
              + " where the token goes, such as "
              + name
              + "='Bearer "
              + PLACE
              + "'");
    }
    if (template.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(name + " has a character that no variable can have");
    }
    return new TokenVariable(name, template);
  }

  /** Without a regular expression, the first of which costs milliseconds. */
  static boolean isName(String name) {
    boolean usable = !name.isEmpty() && name.length() <= 128 && !isDigit(name.charAt(0));
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
      usable &= letter || isDigit(c);
    }
    return usable;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  void put(Map<String, String> environment, String token) {
    environment.put(name, template.replace(PLACE, token));
  }
}
