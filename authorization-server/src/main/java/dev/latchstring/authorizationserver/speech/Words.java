package dev.latchstring.authorizationserver.speech;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A text as words that can be compared: lower case, without accents and punctuation. What joins
 * words in writing (a hyphen, a slash, a dot) parts them here; an apostrophe stays, as {@code '},
 * and so tells "I'm" from the name Im.
 *
 * <p>Accents are the marks of scripts whose readers take them for such (Latin, Greek, Cyrillic,
 * Hebrew, Arabic). A vowel sign of Devanagari or a voicing mark of Japanese makes another word.
 */
final class Words {
  /** Longer texts are no answer to any question that is asked. */
  static final int MAX_LENGTH = 200;

  private static final Pattern APOSTROPHES = Pattern.compile("[’‘`´ʼʻ′＇]");
  private static final Pattern PARTED = Pattern.compile("(?<![\\p{L}\\p{M}])(\\p{L})' +(?=\\p{L})");

  /**
   * What nobody sees or hears: format characters, variation selectors, fillers, a long Arabic
   * joint.
   */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\p{Cf}\\x{34F}\\x{640}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{3164}\\x{FFA0}"
              + "\\x{FE00}-\\x{FE0F}\\x{E0100}-\\x{E01EF}]+");

  private static final Pattern ACCENTS =
      Pattern.compile(
          "[\\x{300}-\\x{36F}\\x{483}-\\x{489}\\x{591}-\\x{5BD}\\x{5BF}\\x{5C1}\\x{5C2}\\x{5C4}\\x{5C5}\\x{5C7}"
              + "\\x{610}-\\x{61A}\\x{64B}-\\x{65F}\\x{670}\\x{6D6}-\\x{6DC}\\x{6DF}-\\x{6E4}\\x{6E7}\\x{6E8}"
              + "\\x{6EA}-\\x{6ED}\\x{1AB0}-\\x{1AFF}\\x{1DC0}-\\x{1DFF}\\x{20D0}-\\x{20FF}\\x{FE20}-\\x{FE2F}]+");

  /** French for eighty: twenty, eighty-two is not twenty-four, twenty-two. */
  private static final Pattern EIGHTY = Pattern.compile("\\bquatre[-‐]vingt");

  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}']+");
  private static final Pattern AT_THE_EDGE = Pattern.compile("^'+|'+$");
  private static final Pattern SOUND = Pattern.compile("[\\p{L}\\p{Nd}]");

  /**
   * A written-out umlaut; not where a vowel precedes (Bauer, Quelle) or the word ends (Joe, Sue).
   */
  private static final Pattern UMLAUT = Pattern.compile("(?<![aeiouq])([aou])e+(?=[^e])");

  private Words() {}

  /** The words, none where the text is longer than {@link #MAX_LENGTH}. */
  static List<String> of(String text) {
    return text.length() > MAX_LENGTH
        ? List.of()
        : BETWEEN
            .splitAsStream(folded(text))
            .map(word -> AT_THE_EDGE.matcher(word).replaceAll(""))
            .filter(word -> SOUND.matcher(word).find())
            .toList();
  }

  /** Müller, Mueller and Muller are one; so are O'Neil and Oneil. */
  static String plain(String word) {
    return UMLAUT.matcher(joined(word)).replaceAll("$1");
  }

  /** Without apostrophes, whose neighbours may be one letter then. */
  static String joined(String word) {
    return Normalizer.normalize(word.replace("'", ""), Normalizer.Form.NFC);
  }

  private static String folded(String text) {
    String apart = APOSTROPHES.matcher(text).replaceAll("'");
    String seen = UNSEEN.matcher(Normalizer.normalize(apart, Normalizer.Form.NFKC)).replaceAll("");
    String lower = seen.toLowerCase(Locale.ROOT);
    String marked = Normalizer.normalize(lower, Normalizer.Form.NFKD);
    String plain =
        EIGHTY.matcher(latin(ACCENTS.matcher(marked).replaceAll(""))).replaceAll("quatrevingt");
    return PARTED.matcher(Normalizer.normalize(plain, Normalizer.Form.NFC)).replaceAll("$1'");
  }

  /** Letters and figures that only look different, after marks were taken off. */
  private static String latin(String text) {
    StringBuilder latin = new StringBuilder(text.length());
    text.codePoints().forEach(letter -> append(letter, latin));
    return latin.toString();
  }

  private static void append(int letter, StringBuilder to) {
    switch (letter) {
      case 'ß' -> to.append("ss");
      case 'ø' -> to.append('o');
      case 'ł' -> to.append('l');
      case 'đ', 'ð' -> to.append('d');
      case 'ħ' -> to.append('h');
      case 'ı' -> to.append('i');
      case 'æ' -> to.append("ae");
      case 'œ' -> to.append("oe");
      case 'þ' -> to.append("th");
      case 'ς' -> to.append('σ');
      case 'ʼ' -> to.append('\''); // A part of ŉ.
      default -> {
        if (Character.isDigit(letter)) {
          to.append(Character.digit(letter, 10));
        } else {
          to.appendCodePoint(letter);
        }
      }
    }
  }
}
