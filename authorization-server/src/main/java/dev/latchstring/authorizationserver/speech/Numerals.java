package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Language.Phrase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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

  private Numerals(List<String> words, Language language, boolean homophones) {
    this.words = words.stream().flatMap(word -> parts(word, language)).toList();
    this.language = language;
    this.homophones = homophones;
  }

  /**
   * @param homophones whether words that only sound like a number count as one
   */
  static List<Found> of(List<String> words, Language language, boolean homophones) {
    return new Numerals(words, language, homophones).read();
  }

  /** German writes its numbers in one word. */
  private static Stream<String> parts(String word, Language language) {
    return language
        .splitting()
        .map(splitting -> splitting.splitAsStream(word).filter(part -> !part.isEmpty()))
        .orElseGet(() -> Stream.of(word));
  }

  private List<Found> read() {
    List<Found> found = new ArrayList<>();
    while (position < words.size()) {
      next().ifPresentOrElse(found::add, () -> position++);
    }
    return found;
  }

  private Optional<Found> next() {
    return figures()
        .or(this::repeated)
        .or(() -> take(what -> what.startsWith("month ")).map(Numerals::month))
        .or(() -> take(what -> what.startsWith("ordinal ")).map(Numerals::ordinal))
        .or(() -> number().map(value -> Found.number(Integer.toString(value))))
        .or(this::soundingAlike);
  }

  private static Found month(Phrase phrase) {
    return new Found("", false, after(phrase, "month "));
  }

  private static Found ordinal(Phrase phrase) {
    return new Found(Integer.toString(after(phrase, "ordinal ")), true, 0);
  }

  private static int after(Phrase phrase, String prefix) {
    return Integer.parseInt(phrase.what().substring(prefix.length()));
  }

  private Optional<Found> figures() {
    Matcher matcher = FIGURES.matcher(words.get(position));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    position++;
    return Optional.of(new Found(matcher.group(1), matcher.group(2) != null, 0));
  }

  /** "Double two", "triple oh". */
  private Optional<Found> repeated() {
    int before = position;
    Optional<Phrase> times = take(what -> what.equals("double") || what.equals("triple"));
    if (times.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> digit =
        position < words.size() && words.get(position).matches("\\d")
            ? Optional.of(words.get(position++))
            : take(what -> what.matches("\\d")).map(Phrase::what);
    if (digit.isEmpty()) {
      position = before;
    }
    return digit.map(
        text -> Found.number(text.repeat(times.get().what().equals("double") ? 2 : 3)));
  }

  private Optional<Found> soundingAlike() {
    return homophones
        ? take(what -> what.startsWith("sounds like "))
            .map(phrase -> Found.number(Integer.toString(after(phrase, "sounds like "))))
        : Optional.empty();
  }

  /** [n] thousand [n hundred [n]], each part where it was said. */
  private Optional<Integer> number() {
    int before = position;
    Optional<Integer> first = belowThousand();
    if (first.orElse(1) < 100 && first.orElse(1) > 0 && take("thousand"::equals).isPresent()) {
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
    if (value > 0 && value < 100 && take("hundred"::equals).isPresent()) {
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
    return take(what -> what.matches("\\d{1,3}")).map(phrase -> Integer.valueOf(phrase.what()));
  }

  /** What follows a hundred or a thousand; never zero, which begins a number of its own. */
  private int rest(Supplier<Optional<Integer>> part) {
    int before = position;
    take("and"::equals);
    int value = part.get().orElse(0);
    if (value == 0) {
      position = before;
    }
    return value;
  }

  /** The longest phrase of a kind that is said here. */
  private Optional<Phrase> take(Predicate<String> kind) {
    if (position >= words.size()) {
      return Optional.empty();
    }
    Optional<Phrase> phrase =
        language.beginningWith(words.get(position)).stream()
            .filter(candidate -> kind.test(candidate.what()))
            .filter(candidate -> candidate.isAt(words, position))
            .findFirst();
    phrase.ifPresent(taken -> position += taken.words().size());
    return phrase;
  }
}
