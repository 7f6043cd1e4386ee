package dev.latchstring.authorizationserver.speech;

import java.util.List;
import java.util.Optional;

/** Any other answer (a street, a pet), compared by its letters and digits alone. */
final class SpokenText {
  private SpokenText() {}

  static Optional<String> read(String heard, Language language) {
    return normal(Filler.TEXT.without(Words.of(heard), language));
  }

  static Optional<String> onFile(String text) {
    return normal(Filler.withoutHesitations(Words.of(text), Language.ANY));
  }

  private static Optional<String> normal(List<String> words) {
    return words.isEmpty() ? Optional.empty() : Optional.of(Words.plain(String.join("", words)));
  }
}
