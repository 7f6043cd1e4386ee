package dev.latchstring.authorizationserver.speech;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an answer is read, and the one form in which it is compared, stored and looked up.
 *
 * <p>In a configuration: {@code name}, {@code date}, {@code digits:4}, {@code digits:6-10}, {@code
 * code} (letters and digits; a postcode is one), {@code text}.
 *
 * @param least how many digits there are at least; 0 where digits are not counted
 * @param most how many digits there are at most; 0 where digits are not counted
 */
public record AnswerForm(Kind kind, int least, int most) {
  /** Case, accents, hyphens, apostrophes and order do not count, nor "my name is". */
  public static final AnswerForm NAME = new AnswerForm(Kind.NAME, 0, 0);

  /** A date from 1850 to today, in its normal form {@code yyyy-MM-dd}. */
  public static final AnswerForm DATE = new AnswerForm(Kind.DATE, 0, 0);

  /**
   * At most 64 letters and digits. The letter O and zero are one; dashes and spaces do not count.
   */
  public static final AnswerForm CODE = new AnswerForm(Kind.CODE, 0, 0);

  /** Case, accents, punctuation and spacing do not count. */
  public static final AnswerForm TEXT = new AnswerForm(Kind.TEXT, 0, 0);

  /** No answer has more digits. */
  public static final int MOST_DIGITS = 40;

  private static final Pattern DIGITS = Pattern.compile("digits:(\\d{1,2})(?:-(\\d{1,2}))?");

  /** What kind of answer it is. */
  public enum Kind {
    /** A person's name. */
    NAME,
    /** A date in the past. */
    DATE,
    /** Digits alone. */
    DIGITS,
    /** Letters and digits. */
    CODE,
    /** Anything else. */
    TEXT
  }

  public AnswerForm {
    boolean fits =
        kind == Kind.DIGITS
            ? least >= 1 && least <= most && most <= MOST_DIGITS
            : least == 0 && most == 0;
    if (!fits) {
      throw new IllegalArgumentException("from 1 to 40 digits, the least first");
    }
  }

  /** Exactly so many digits, from 1 to 40. */
  public static AnswerForm digits(int length) {
    return digits(length, length);
  }

  /** So many digits at least and at most, from 1 to 40. */
  public static AnswerForm digits(int least, int most) {
    return new AnswerForm(Kind.DIGITS, least, most);
  }

  /** What a configuration calls it; empty for a word that is no form. */
  public static Optional<AnswerForm> named(String name) {
    Matcher digits = DIGITS.matcher(name);
    if (digits.matches()) {
      int least = Integer.parseInt(digits.group(1));
      int most = digits.group(2) == null ? least : Integer.parseInt(digits.group(2));
      return least >= 1 && least <= most && most <= MOST_DIGITS
          ? Optional.of(digits(least, most))
          : Optional.empty();
    }
    return switch (name) {
      case "name" -> Optional.of(NAME);
      case "date" -> Optional.of(DATE);
      case "code", "postcode" -> Optional.of(CODE);
      case "text" -> Optional.of(TEXT);
      default -> Optional.empty();
    };
  }

  /**
   * What a caller meant, in its normal form; empty where it cannot be told, in which case the
   * caller is asked again. One reading or none: several would be several guesses.
   *
   * @param heard what a recogniser or a keypad gave; longer than 200 characters is nothing
   * @param locale the caller's language; by its region the order of day and month
   * @param today the last day that a date can be
   */
  public Optional<String> read(String heard, Locale locale, LocalDate today) {
    Language language = Language.of(locale);
    return switch (kind) {
      case NAME -> SpokenName.read(heard, language);
      case DATE -> SpokenDate.read(heard, locale, today).map(LocalDate::toString);
      case DIGITS -> SpokenDigits.read(heard, least, most, language);
      case CODE -> SpokenCode.read(heard, language);
      case TEXT -> SpokenText.read(heard, language);
    };
  }

  /**
   * The normal form of what is on file, whatever the language: nothing in it is an introduction or
   * a number word. Empty where it is of another form: a date is written as ISO 8601 has it (a time
   * after it is passed over), digits are as many as were asked for.
   *
   * @param stored what is on file; longer than 200 characters is nothing
   */
  public Optional<String> onFile(String stored) {
    return switch (kind) {
      case NAME -> SpokenName.onFile(stored);
      case DATE -> SpokenDate.onFile(stored).map(LocalDate::toString);
      case DIGITS -> SpokenDigits.onFile(stored, least, most);
      case CODE -> SpokenCode.onFile(stored);
      case TEXT -> SpokenText.onFile(stored);
    };
  }

  /**
   * What an entry on a keypad looks like, a letter or {@code #} for each digit: {@code MMDDYYYY},
   * {@code ####}. Empty where a keypad does not do, or the number of digits is not fixed.
   *
   * @param locale whose region orders day and month
   */
  public Optional<String> keypad(Locale locale) {
    return switch (kind) {
      case DATE -> Optional.of(isMonthFirst(locale) ? "MMDDYYYY" : "DDMMYYYY");
      case DIGITS -> least == most ? Optional.of("#".repeat(least)) : Optional.empty();
      case NAME, CODE, TEXT -> Optional.empty();
    };
  }

  /** Whether a date is read with the month before the day where the locale is at home. */
  public static boolean isMonthFirst(Locale locale) {
    return SpokenDate.isMonthFirst(locale);
  }

  /** What a configuration calls it. */
  @Override
  public String toString() {
    return switch (kind) {
      case DIGITS -> least == most ? "digits:" + least : "digits:" + least + "-" + most;
      case NAME -> "name";
      case DATE -> "date";
      case CODE -> "code";
      case TEXT -> "text";
    };
  }
}
