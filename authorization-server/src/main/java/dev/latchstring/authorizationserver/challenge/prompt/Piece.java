package dev.latchstring.authorizationserver.challenge.prompt;

import dev.latchstring.authorizationserver.page.DisplayText;

/** A part of a sentence, as text and as SSML. */
record Piece(String text, String ssml) {
  private static final int MAX_LENGTH = 200;

  /** Our own words, or a stranger's, at most 200 characters of them. */
  static Piece words(String words) {
    String shown = DisplayText.of(words, MAX_LENGTH);
    return new Piece(shown, escaped(shown));
  }

  /** Figures that are said one by one. */
  static Piece digits(String digits) {
    Piece piece = words(digits);
    return new Piece(piece.text(), "<say-as interpret-as=\"digits\">" + piece.ssml() + "</say-as>");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
