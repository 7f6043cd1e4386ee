package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Numerals.Found;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A code or a number that was said or keyed in: "4219", "four two one nine", "forty-two nineteen",
 * "double two", "oh". Other words are passed over.
 */
public final class SpokenDigits {
  private SpokenDigits() {}

  /**
   * Exactly so many digits.
   *
   * @param heard what was said; longer than 200 characters is none
   * @param length how many digits are asked for
   */
  public static Optional<String> read(String heard, int length, Language language) {
    List<String> words = Words.of(heard);
    return digits(words, language, false)
        .filter(digits -> digits.length() == length)
        .or(() -> digits(words, language, true).filter(digits -> digits.length() == length));
  }

  private static Optional<String> digits(
      List<String> words, Language language, boolean homophones) {
    return Optional.of(
        Numerals.of(words, language, homophones).stream()
            .map(Found::digits)
            .collect(Collectors.joining()));
  }
}
