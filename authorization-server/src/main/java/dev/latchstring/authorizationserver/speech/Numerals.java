package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Language.Phrase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the numbers and months in what was said. Number words that belong together are one number
 * ("nineteen hundred eighty-five"); what stands side by side stays apart ("forty-two nineteen").
 */
final class Numerals {
  /** A number in figures, as recognisers write ordinals: 3, 3rd, 1er, 2º. */
  private static final Pattern FIGURES =
      Pattern.compile("(\\d{1,20})(st|nd|rd|th|er|ere|re|e|eme|o|a|ro|ra|ter|te|ten)?");

  private final List<String> words;
  private final Language language;
  private final boolean homophones;
  private int position;

  /** What was found: a number, by its digits, or a month. */
  record Found(String digits, boolean ordinal, int month) {
    static Found number(String digits) {
      return new Found(digits, false, 0);
    }

    boolean isMonth() {
      return month > 0;
    }

    int value() {
      return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }
  }

  /**
   * @param homophones whether words that only sound like a number count as one
   */
  Numerals(List<String> words, Language language, boolean homophones) {
    this.words = words.stream().flatMap(word -> parts(word, language)).toList();
    this.language = language;
    this.homophones = homophones;
  }

  /** Everything that was found; other words are passed over. */
  static List<Found> of(List<String> words, Language language, boolean homophones) {
    return new Numerals(words, language, homophones).read();
  }

  /** German writes its numbers in one word. */
  private static Stream<String> parts(String heard, Language language) {
    String word = heard.replace("'", "");
    return language
        .splitting()
        .map(splitting -> splitting.splitAsStream(word).filter(part -> !part.isEmpty()))
        .orElseGet(() -> Stream.of(word));
  }

  boolean hasNext() {
    return position < words.size();
  }

  /** The next word, whatever it is. */
  String word() {
    return words.get(position++);
  }

  int position() {
    return position;
  }

  void back(int before) {
    position = before;
  }

  private List<Found> read() {
    List<Found> found = new ArrayList<>();
    while (hasNext()) {
      next().ifPresentOrElse(found::add, () -> position++);
    }
    return found;
  }

  private Optional<Found> next() {
    return figures()
        .or(() -> repeated().map(Found::number))
        .or(() -> take("month").map(Numerals::month))
        .or(() -> take("ordinal").map(Numerals::ordinal))
        .or(() -> inWords().map(Found::number))
        .or(this::soundingAlike);
  }

  private static Found month(Phrase phrase) {
    return new Found("", false, Integer.parseInt(phrase.value()));
  }

  private static Found ordinal(Phrase phrase) {
    return new Found(phrase.value(), true, 0);
  }

  private Optional<Found> figures() {
    String word = words.get(position);
    if (!isDigit(word.charAt(0))) {
      return Optional.empty();
    }
    Matcher matcher = FIGURES.matcher(word);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    position++;
    return Optional.of(new Found(matcher.group(1), matcher.group(2) != null, 0));
  }

  /** "Double two", "triple oh". */
  Optional<String> repeated() {
    int before = position;
    int times = times();
    Optional<String> digit = times > 1 ? figure().or(this::digitInWords) : Optional.empty();
    if (digit.isEmpty()) {
      position = before;
    }
    return digit.map(text -> text.repeat(times));
  }

  /** 2 after "double", 3 after "triple", 1 otherwise. */
  int times() {
    return take("double").map(phrase -> 2).or(() -> take("triple").map(phrase -> 3)).orElse(1);
  }

  private Optional<String> figure() {
    boolean figure =
        hasNext() && words.get(position).length() == 1 && isDigit(words.get(position).charAt(0));
    return figure ? Optional.of(word()) : Optional.empty();
  }

  private Optional<String> digitInWords() {
    int before = position;
    Optional<String> digit = take("number").map(Phrase::value);
    if (digit.filter(value -> value.length() == 1).isPresent()) {
      return digit;
    }
    position = before;
    return Optional.empty();
  }

  private static boolean isDigit(char letter) {
    return letter >= '0' && letter <= '9';
  }

  private Optional<Found> soundingAlike() {
    return homophones
        ? take("sounds like").map(phrase -> Found.number(phrase.value()))
        : Optional.empty();
  }

  /** A number in words: "nineteen hundred eighty-five". */
  Optional<String> inWords() {
    return number().map(value -> Integer.toString(value));
  }

  /** [n] thousand [n hundred [n]], each part where it was said. */
  private Optional<Integer> number() {
    int before = position;
    Optional<Integer> first = belowThousand();
    if (first.orElse(1) < 100 && first.orElse(1) > 0 && take("thousand").isPresent()) {
      return Optional.of(first.orElse(1) * 1000 + rest(this::belowThousand));
    }
    if (first.isEmpty()) {
      position = before;
    }
    return first;
  }

  private Optional<Integer> belowThousand() {
    Optional<Integer> first = small();
    int value = first.orElse(1);
    if (value > 0 && value < 100 && take("hundred").isPresent()) {
      return Optional.of(value * 100 + rest(this::belowHundred));
    }
    return first.map(hundreds -> hundreds >= 100 ? hundreds + rest(this::belowHundred) : hundreds);
  }

  private Optional<Integer> belowHundred() {
    int before = position;
    Optional<Integer> value = small().filter(number -> number < 100);
    if (value.isEmpty()) {
      position = before;
    }
    return value;
  }

  private Optional<Integer> small() {
    return take("number").map(phrase -> Integer.valueOf(phrase.value()));
  }

  /** What follows a hundred or a thousand; never zero, which begins a number of its own. */
  private int rest(Supplier<Optional<Integer>> part) {
    int before = position;
    take("and");
    int value = part.get().orElse(0);
    if (value == 0) {
      position = before;
    }
    return value;
  }

  /** The longest phrase of a kind that is said here. */
  Optional<Phrase> take(String kind) {
    if (!hasNext()) {
      return Optional.empty();
    }
    Optional<Phrase> phrase = language.phrase(words, position, kind);
    phrase.ifPresent(taken -> position += taken.words().size());
    return phrase;
  }
}
