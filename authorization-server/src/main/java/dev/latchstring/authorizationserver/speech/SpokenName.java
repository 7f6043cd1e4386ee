package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Language.Phrase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A name, in the one form in which it is compared and looked up: without case, accents, hyphens and
 * order, and without what people say around it ("my name is").
 *
 * <p>A stored name goes through the same, so that what is dropped is dropped on both sides.
 */
public final class SpokenName {
  private SpokenName() {}

  /**
   * The words of the name in alphabetical order, with one space between them.
   *
   * @param heard what was said; longer than 200 characters is none
   */
  public static Optional<String> read(String heard, Language language) {
    List<String> words = Words.of(heard);
    List<String> name = new ArrayList<>();
    for (int at = 0; at < words.size(); ) {
      Optional<Phrase> around = around(words, at, language);
      if (around.isEmpty()) {
        name.add(plain(words.get(at)));
      }
      at += around.map(phrase -> phrase.words().size()).orElse(1);
    }
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(" ", name.stream().sorted().toList()));
  }

  private static Optional<Phrase> around(List<String> words, int at, Language language) {
    return language.beginningWith(words.get(at)).stream()
        .filter(phrase -> phrase.what().equals("nothing"))
        .filter(phrase -> phrase.isAt(words, at))
        .findFirst();
  }

  /** Müller, Mueller and Muller are one. */
  private static String plain(String word) {
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u");
  }
}
