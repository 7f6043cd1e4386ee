package dev.latchstring.authorizationserver.speech;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A text as words that can be compared: lower case, without accents, apostrophes and punctuation.
 * What joins words in writing (a hyphen, a slash, a dot) parts them here.
 */
final class Words {
  /** Longer texts are no answer to any question that is asked. */
  static final int MAX_LENGTH = 200;

  private static final Pattern APOSTROPHES = Pattern.compile("['’‘`´ʼ]");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{Nd}]+");

  private Words() {}

  /** The words, none where the text is longer than {@link #MAX_LENGTH}. */
  static List<String> of(String text) {
    return text.length() > MAX_LENGTH
        ? List.of()
        : BETWEEN.splitAsStream(folded(text)).filter(word -> !word.isEmpty()).toList();
  }

  private static String folded(String text) {
    String lower =
        APOSTROPHES
            .matcher(Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT))
            .replaceAll("")
            .replace("ß", "ss")
            .replace("ø", "o")
            .replace("ł", "l")
            .replace("đ", "d")
            .replace("æ", "ae")
            .replace("œ", "oe")
            .replace("þ", "th");
    return MARKS.matcher(Normalizer.normalize(lower, Normalizer.Form.NFKD)).replaceAll("");
  }
}
