package dev.latchstring.mcpserver.stdio;

import java.util.regex.Pattern;

/**
 * Text that a server chose, made safe to show to a person or a model: in quotation marks, of
 * limited length, without line breaks, and without addresses that could be followed.
 */
public final class Quoted {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?i)\\b[a-z][a-z0-9+.-]{1,20}://\\S*|\\bwww\\.\\S+|\\b(javascript|data|mailto):\\S*");

  private Quoted() {}

  /** The text in quotation marks, at most {@code limit} characters of it. */
  public static String text(String text, int limit) {
    return '“' + plain(text, limit) + '”';
  }

  public static String plain(String text, int limit) {
    String head = text.length() > 4096 ? text.substring(0, 4096) : text;
    StringBuilder clean = new StringBuilder();
    String stripped = ADDRESS.matcher(head).replaceAll("[address removed]");
    stripped
        .codePoints()
        .map(c -> isInvisible(c) ? ' ' : c)
        .map(c -> c == '“' || c == '”' || c == '"' ? '\'' : c)
        .limit(limit + 1L)
        .forEach(clean::appendCodePoint);
    String text2 = clean.toString().strip();
    return text2.codePointCount(0, text2.length()) > limit
        ? text2.substring(0, text2.offsetByCodePoints(0, limit)) + "…"
        : text2;
  }

  /** Controls, line breaks, and the characters that turn or hide text. */
  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c)
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE;
  }
}
