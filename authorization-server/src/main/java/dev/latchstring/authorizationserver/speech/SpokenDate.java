package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Numerals.Found;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A date in the past, as a date of birth is: "March third nineteen eighty-five", "3/3/85",
 * "03031985", "the 3rd of March 1985". Which of two numbers is the month goes by the locale, or by
 * which can be one.
 */
final class SpokenDate {
  private static final int EARLIEST_YEAR = 1850;
  private static final Pattern ISO = Pattern.compile("(\\d{4})-?(\\d{2})-?(\\d{2})([T ].{0,40})?");

  private SpokenDate() {}

  /**
   * @param heard what was said; longer than 200 characters is none
   * @param locale the language, and by its region the order of day and month
   * @param latest the last day that is possible, which tells 1905 from 2005 where two digits were
   *     said
   */
  static Optional<LocalDate> read(String heard, Locale locale, LocalDate latest) {
    List<Found> found = Numerals.of(Words.of(heard), Language.of(locale), false);
    List<Found> months = found.stream().filter(Found::isMonth).toList();
    List<Found> numbers = joined(found.stream().filter(one -> !one.isMonth()).toList());
    if (months.size() == 1) {
      return withMonth(months.getFirst().month(), numbers, latest);
    }
    return months.isEmpty() ? inNumbers(numbers, locale, latest) : Optional.empty();
  }

  /** A date on file: as ISO 8601 writes it, with or without a time. */
  static Optional<LocalDate> onFile(String date) {
    Matcher matcher = ISO.matcher(date);
    try {
      return matcher.matches()
          ? Optional.of(
              LocalDate.parse(
                  String.join("-", matcher.group(1), matcher.group(2), matcher.group(3))))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** "Oh three" is one number. */
  private static List<Found> joined(List<Found> numbers) {
    List<Found> joined = new ArrayList<>();
    for (int at = 0; at < numbers.size(); at++) {
      Found number = numbers.get(at);
      boolean leading =
          number.digits().equals("0")
              && at + 1 < numbers.size()
              && numbers.get(at + 1).digits().length() == 1;
      joined.add(leading ? Found.number("0" + numbers.get(++at).digits()) : number);
    }
    return joined;
  }

  private static Optional<LocalDate> withMonth(int month, List<Found> numbers, LocalDate latest) {
    if (numbers.size() < 2) {
      return Optional.empty();
    }
    List<Found> year = new ArrayList<>(numbers);
    Found day =
        numbers.stream()
            .filter(Found::ordinal)
            .findFirst()
            .orElse(numbers.getFirst().value() > 31 ? numbers.getLast() : numbers.getFirst());
    year.remove(day);
    return date(digits(year), month, day.value(), latest);
  }

  private static Optional<LocalDate> inNumbers(
      List<Found> numbers, Locale locale, LocalDate latest) {
    String digits = digits(numbers);
    boolean inOneRow =
        numbers.size() < 3
            || numbers.stream().allMatch(number -> number.digits().length() == 1)
            || digits.length() == 8;
    if (inOneRow) {
      return inOneRow(digits, locale, latest);
    }
    int first = numbers.getFirst().value();
    int second = numbers.get(1).value();
    if (numbers.getFirst().digits().length() == 4) {
      return date(numbers.getFirst().digits(), second, numbers.getLast().value(), latest);
    }
    String year = digits(numbers.subList(2, numbers.size()));
    return monthAndDay(year, first, second, locale, latest);
  }

  /** 03031985, 030385 or 19850303. */
  private static Optional<LocalDate> inOneRow(String digits, Locale locale, LocalDate latest) {
    if (digits.length() != 8 && digits.length() != 6) {
      return Optional.empty();
    }
    int first = Integer.parseInt(digits.substring(0, 2));
    int second = Integer.parseInt(digits.substring(2, 4));
    Optional<LocalDate> date = monthAndDay(digits.substring(4), first, second, locale, latest);
    return date.isPresent() || digits.length() == 6
        ? date
        : date(
            digits.substring(0, 4),
            Integer.parseInt(digits.substring(4, 6)),
            Integer.parseInt(digits.substring(6)),
            latest);
  }

  private static Optional<LocalDate> monthAndDay(
      String year, int first, int second, Locale locale, LocalDate latest) {
    Optional<LocalDate> monthFirst = date(year, first, second, latest);
    Optional<LocalDate> dayFirst = date(year, second, first, latest);
    return isMonthFirst(locale) ? monthFirst.or(() -> dayFirst) : dayFirst.or(() -> monthFirst);
  }

  /** Whether 3/4 is the fourth of March where the locale is at home. */
  static boolean isMonthFirst(Locale locale) {
    String pattern =
        DateTimeFormatterBuilder.getLocalizedDateTimePattern(
            FormatStyle.SHORT, null, IsoChronology.INSTANCE, Language.bounded(locale));
    return pattern.indexOf('M') < pattern.indexOf('d');
  }

  private static Optional<LocalDate> date(String year, int month, int day, LocalDate latest) {
    if (year.length() != 2 && year.length() != 4) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(year);
      LocalDate date = LocalDate.of(year.length() == 2 ? 2000 + number : number, month, day);
      if (year.length() == 2 && date.isAfter(latest)) {
        date = LocalDate.of(1900 + number, month, day);
      }
      return Optional.of(date)
          .filter(read -> !read.isAfter(latest) && read.getYear() >= EARLIEST_YEAR);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String digits(List<Found> numbers) {
    return numbers.stream().map(Found::digits).collect(Collectors.joining());
  }
}
