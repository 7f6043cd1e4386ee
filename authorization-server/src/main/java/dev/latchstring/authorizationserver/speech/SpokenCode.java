package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Language.Phrase;
import java.util.List;
import java.util.Optional;

/**
 * A code of letters and digits, a postcode or a member number: "AB-1234", "A as in Alpha, bravo,
 * dash, one two double three". The letter O and the digit zero are one, since nobody hears which.
 */
final class SpokenCode {
  private static final int MAX_LENGTH = 64;

  private final Numerals words;
  private final StringBuilder code = new StringBuilder();

  private SpokenCode(Numerals words) {
    this.words = words;
  }

  /** Lower-case letters and digits, at most 64. */
  static Optional<String> read(String heard, Language language) {
    List<String> words = Filler.CODE.without(Words.of(heard), language);
    return normal(new SpokenCode(new Numerals(words, language, false)).read());
  }

  /** The same form of a code on file: its letters and digits, whatever words they make. */
  static Optional<String> onFile(String code) {
    return normal(String.join("", Words.of(code)));
  }

  private static Optional<String> normal(String code) {
    String normal = Words.joined(code).replace('o', '0');
    return normal.isEmpty() || normal.length() > MAX_LENGTH
        ? Optional.empty()
        : Optional.of(normal);
  }

  private String read() {
    while (words.hasNext()) {
      if (words.take("joint").isEmpty()) {
        code.append(next());
      }
    }
    return code.toString();
  }

  private String next() {
    return letter()
        .or(this::repeatedLetter)
        .or(words::repeated)
        .or(words::inWords)
        .orElseGet(words::word);
  }

  private Optional<String> letter() {
    return spelled().or(this::named);
  }

  /** "B as in Barcelona". */
  private Optional<String> spelled() {
    int before = words.position();
    String letter = words.word();
    boolean spelled =
        letter.length() == 1
            && words.take("as in").isPresent()
            && words.hasNext()
            && words.word().startsWith(letter);
    if (!spelled) {
      words.back(before);
    }
    return spelled ? Optional.of(letter) : Optional.empty();
  }

  /** "Bravo", "double you". */
  private Optional<String> named() {
    return words.take("letter").map(Phrase::value);
  }

  private Optional<String> repeatedLetter() {
    int before = words.position();
    int times = words.times();
    Optional<String> letter =
        times > 1 && words.hasNext() ? letter().or(this::singleLetter) : Optional.empty();
    if (letter.isEmpty()) {
      words.back(before);
    }
    return letter.map(one -> one.repeat(times));
  }

  private Optional<String> singleLetter() {
    int before = words.position();
    String word = words.word();
    if (word.length() == 1 && Character.isLetter(word.charAt(0))) {
      return Optional.of(word);
    }
    words.back(before);
    return Optional.empty();
  }
}
