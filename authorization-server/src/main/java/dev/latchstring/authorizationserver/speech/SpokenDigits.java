package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Numerals.Found;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A code or a number that was said or keyed in: "4219", "four two one nine", "forty-two nineteen",
 * "double two", "oh". Other words are passed over.
 */
final class SpokenDigits {
  private static final Pattern OTHERS = Pattern.compile("[^0-9]");

  private SpokenDigits() {}

  /**
   * So many digits, or none: where words that only sound like numbers ("to", "for") could be meant
   * or not, and both would do, neither is taken.
   *
   * @param least how many digits there are at least
   * @param most how many there are at most
   */
  static Optional<String> read(String heard, int least, int most, Language language) {
    List<String> words = Filler.CODE.without(Words.of(heard), language);
    List<String> fitting =
        Stream.of(false, true)
            .map(homophones -> digits(words, language, homophones))
            .filter(digits -> digits.length() >= least && digits.length() <= most)
            .distinct()
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
  }

  /** The digits of a number on file, however it is written. */
  static Optional<String> onFile(String number, int least, int most) {
    String digits = OTHERS.matcher(String.join("", Words.of(number))).replaceAll("");
    return digits.length() >= least && digits.length() <= most
        ? Optional.of(digits)
        : Optional.empty();
  }

  private static String digits(List<String> words, Language language, boolean homophones) {
    return Numerals.of(words, language, homophones).stream()
        .map(Found::digits)
        .collect(Collectors.joining());
  }
}
