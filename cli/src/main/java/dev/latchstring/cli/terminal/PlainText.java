package dev.latchstring.cli.terminal;

/**
 * Text that others wrote, made fit for a terminal: no escape sequences, no control characters, no
 * characters that reverse the direction of what follows, and not longer than asked.
 */
public final class PlainText {
  private PlainText() {}

  /** The text with every unfit character replaced by a question mark; line breaks stay. */
  public static String clean(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isUnfit(c)) {
        out = out == null ? new StringBuilder(text.length()).append(text, 0, i) : out;
        out.append('?');
      } else if (out != null) {
        out.append(c);
      }
    }
    return out == null ? text : out.toString();
  }

  /** On one line, at most so many characters. */
  public static String line(String text, int most) {
    String one = clean(text).replace('\n', ' ');
    if (one.length() <= most) {
      return one;
    }
    int end = Math.max(0, most - 3);
    if (end > 0 && Character.isHighSurrogate(one.charAt(end - 1))) {
      end--; // not half a character
    }
    return one.substring(0, end) + "...";
  }

  private static boolean isUnfit(char c) {
    return (c < 0x20 && c != '\n')
        || (c >= 0x7F && c <= 0x9F)
        || c == '\u061C'
        || (c >= '\u200B' && c <= '\u200F')
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2060' && c <= '\u2069')
        || c == '\u2028'
        || c == '\u2029'
        || c == '\uFEFF';
  }
}
