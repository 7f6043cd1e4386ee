package dev.latchstring.authorizationserver.speech;

import java.util.List;
import java.util.Optional;

/**
 * A name, in the one form in which it is compared and looked up: without case, accents, hyphens,
 * apostrophes and order, and without what people say around it ("my name is").
 */
final class SpokenName {
  private SpokenName() {}

  /** The words of the name in alphabetical order, with one space between them. */
  static Optional<String> read(String heard, Language language) {
    return normal(Filler.NAME.without(Words.of(heard), language));
  }

  /** The same form of a name on file, which nobody introduces. */
  static Optional<String> onFile(String name) {
    return normal(Filler.withoutHesitations(Words.of(name), Language.ANY));
  }

  private static Optional<String> normal(List<String> words) {
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(" ", words.stream().map(Words::plain).sorted().toList()));
  }
}
