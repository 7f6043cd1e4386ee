package dev.latchstring.authorizationserver.page;

/**
 * Makes text that a stranger chose fit to be shown beside our own.
 *
 * <p>Escaping keeps text from being markup; this keeps it from deceiving the eye: control and
 * invisible characters, changes of direction and line breaks go, heaps of combining marks are cut
 * to two, runs of spaces become one, and what is too long ends in an ellipsis.
 */
public final class DisplayText {
  private static final int MAX_MARKS = 2;

  private DisplayText() {}

  /**
   * The text to show.
   *
   * @param max the most characters (code points), the ellipsis included
   */
  public static String of(String text, int max) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), 2 * max));
    int length = 0;
    int marks = 0;
    boolean space = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isSpace(c)) {
        space = true;
        continue;
      }
      if (isInvisible(c)) {
        continue; // Before marks are counted, or it would let more of them through.
      }
      marks = isMark(c) ? marks + 1 : 0;
      if (marks > MAX_MARKS) {
        continue;
      }
      int needed = space && length > 0 ? 2 : 1;
      if (length + needed > max) {
        out.setLength(out.offsetByCodePoints(out.length(), -1));
        return out.toString().stripTrailing() + "…";
      }
      if (needed == 2) {
        out.append(' ');
      }
      out.appendCodePoint(c);
      length += needed;
      space = false;
    }
    return out.toString();
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  private static boolean isInvisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> isBlankLetter(c);
    };
  }

  /** Letters by their category, but nothing to the eye. */
  private static boolean isBlankLetter(int c) {
    return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800;
  }
}
