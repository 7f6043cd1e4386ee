package dev.latchstring.client.machine;

import dev.latchstring.client.http.ServerText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program says, made fit to be quoted: one line, cut, and nothing that could be a secret.
 */
final class Redacted {
  private static final int MAX_LENGTH = 400;

  /** What has no space in it and is long enough to be a token, a key, or a piece of one. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_+=~./:-]{20,}");

  /** Names and paths have pieces; a secret has a long one. */
  private static final Pattern LONG_PIECE = Pattern.compile("[A-Za-z0-9_+=~-]{20,}");

  private Redacted() {}

  static String line(String text) {
    String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    Matcher word = WORD.matcher(line);
    String kept =
        word.replaceAll(match ->
            LONG_PIECE.matcher(match.group()).find()
                ? "[left out]"
                : Matcher.quoteReplacement(match.group()));
    return ServerText.clean(kept, MAX_LENGTH);
  }
}
