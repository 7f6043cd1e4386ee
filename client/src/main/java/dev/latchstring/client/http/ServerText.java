package dev.latchstring.client.http;

import org.jspecify.annotations.Nullable;

/** Text that came from a server, made fit to be shown: one line, cut, and without control codes. */
public final class ServerText {
  private static final int MAX_LENGTH = 200;

  private ServerText() {}

  /** At most 200 characters, control and format characters replaced, in double quotes. */
  public static String quote(@Nullable String text) {
    return text == null ? "nothing" : '"' + clean(text, MAX_LENGTH) + '"';
  }

  /** The text with at most that many characters and every control or format character replaced. */
  public static String clean(String text, int maxLength) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(maxLength)
        .map(c -> isInvisible(c) ? '?' : c)
        .forEach(out::appendCodePoint);
    return text.codePointCount(0, text.length()) > maxLength ? out + "..." : out.toString();
  }

  /** Controls, bidirectional overrides, line separators, private and unassigned characters. */
  private static boolean isInvisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
