package dev.latchstring.authorizationserver.speech;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.RuleBasedNumberFormat;
import com.ibm.icu.util.ULocale;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ICU writes out in words is read back. */
class NumbersInWordsTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
  private static final Map<String, String> DOUBLE =
      Map.of("en", "double", "es", "doble", "fr", "double", "de", "doppel");

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void every_number_below_ten_thousand_is_read_back(String language) {
    RuleBasedNumberFormat words = words(language);
    List<String> misread = new ArrayList<>();
    for (String rules : words.getRuleSetNames()) {
      if (!rules.startsWith("%spellout-cardinal") && !rules.equals("%spellout-numbering")) {
        continue;
      }
      // A number's forms by gender and case differ in its last word: of those every 101st is
      // enough.
      int step = rules.equals("%spellout-numbering") ? 1 : 101;
      for (int number = 0; number < 10_000; number += step) {
        String digits = Integer.toString(number);
        String said = words.format(number, rules);
        if (!read(language, said, digits.length()).equals(Optional.of(digits))) {
          misread.add(said);
        }
      }
    }
    assertThat(misread).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void every_year_is_read_back_as_people_say_it(String language) {
    RuleBasedNumberFormat words = words(language);
    for (int year = 1850; year < 2100; year++) {
      String said = words.format(year, "%spellout-numbering-year");
      assertThat(read(language, said, 4)).as(said).contains(Integer.toString(year));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void every_four_digits_are_read_back_one_by_one_and_doubled(String language) {
    RuleBasedNumberFormat words = words(language);
    List<String> misread = new ArrayList<>();
    for (int number = 0; number < 10_000; number++) {
      String digits = Integer.toString(10_000 + number).substring(1);
      for (String said : List.of(oneByOne(digits, words), doubled(digits, language, words))) {
        if (!read(language, said, 4).equals(Optional.of(digits))) {
          misread.add(said);
        }
      }
    }
    assertThat(misread).isEmpty();
  }

  /** Sixty twelve and seventy-two are one in French: then it is none, and never another number. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void every_four_digits_are_read_back_in_pairs(String language) {
    RuleBasedNumberFormat words = words(language);
    List<String> misread = new ArrayList<>();
    int unread = 0;
    for (int number = 0; number < 10_000; number++) {
      String digits = Integer.toString(10_000 + number).substring(1);
      String said = pair(digits.substring(0, 2), words) + " " + pair(digits.substring(2), words);
      Optional<String> read = read(language, said, 4);
      if (read.isEmpty()) {
        unread++;
      } else if (!read.get().equals(digits)) {
        misread.add(said);
      }
    }
    assertThat(misread).isEmpty();
    assertThat(unread).isLessThanOrEqualTo(language.equals("fr") ? 150 : 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void every_day_of_a_year_is_read_back(String language) {
    Locale locale = Locale.of(language, language.equals("en") ? "US" : "");
    RuleBasedNumberFormat words = words(language);
    for (LocalDate day = LocalDate.of(2004, 1, 1); day.getYear() == 2004; day = day.plusDays(1)) {
      LocalDate born = day.minusYears(day.getDayOfYear() % 50 * 2L);
      String month = born.getMonth().getDisplayName(TextStyle.FULL, locale);
      String date = words.format(born.getDayOfMonth());
      String year = words.format(born.getYear(), "%spellout-numbering-year");
      String said = String.join(" de ", date, month, year);
      assertThat(AnswerForm.DATE.read(said, locale, TODAY)).as(said).contains(born.toString());
    }
  }

  private static RuleBasedNumberFormat words(String language) {
    return new RuleBasedNumberFormat(
        ULocale.forLanguageTag(language), RuleBasedNumberFormat.SPELLOUT);
  }

  private static String oneByOne(String digits, RuleBasedNumberFormat words) {
    List<String> said = new ArrayList<>();
    digits.chars().forEach(digit -> said.add(words.format(digit - '0')));
    return String.join(" ", said);
  }

  private static String doubled(String digits, String language, RuleBasedNumberFormat words) {
    List<String> said = new ArrayList<>();
    for (int at = 0; at < digits.length(); at++) {
      String digit = words.format(digits.charAt(at) - '0');
      String before = digits.substring(at);
      if (before.length() > 2 && before.matches("(\\d)\\1\\1.*") && !language.equals("de")) {
        said.add("triple " + digit);
        at += 2;
      } else if (before.matches("(\\d)\\1.*")) {
        said.add(DOUBLE.get(language) + " " + digit);
        at++;
      } else {
        said.add(digit);
      }
    }
    return String.join(" ", said);
  }

  private static String pair(String digits, RuleBasedNumberFormat words) {
    return digits.startsWith("0") ? oneByOne(digits, words) : words.format(Long.parseLong(digits));
  }

  private static Optional<String> read(String language, String said, int length) {
    return AnswerForm.digits(length).read(said, Locale.of(language), TODAY);
  }
}
