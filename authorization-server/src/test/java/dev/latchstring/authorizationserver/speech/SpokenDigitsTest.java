package dev.latchstring.authorizationserver.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenDigitsTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
  private static final AnswerForm FOUR = AnswerForm.digits(4);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en    | four two one nine                        | 4219
          en-US | Four, two, one, nine.                    | 4219
          en    | forty-two nineteen                       | 4219
          en    | forty two one nine                       | 4219
          en    | double two one nine                      | 2219
          en    | one double oh seven                      | 1007
          en    | triple five one                          | 5551
          en    | treble nine one                          | 9991
          en    | double 2 one 9                           | 2219
          en    | oh four oh nine                          | 0409
          en    | o 4 o 9                                  | 0409
          en    | it's oh four oh nine thanks              | 0409
          en    | zero nought zero one                     | 0001
          en    | for two one ate                          | 4218
          en    | won to for ate                           | 1248
          en    | my code for the account is 4 2 1 9       | 4219
          en    | uh, the last four... no: 42-19           |
          en    | four thousand two hundred nineteen       | 4219
          en    | four thousand two hundred and nineteen   | 4219
          en    | forty-two hundred nineteen               | 4219
          en    | four hundred twelve nine                 | 4129
          en    | nineteen oh five                         | 1905
          en    | 4219                                     | 4219
          en    | 4219#                                    | 4219
          en    | *4219#                                   | 4219
          en    | 42 19                                    | 4219
          en    | 4,219                                    | 4219
          en    | 4:2:1:9                                  | 4219
          en    | ٤٢١٩                                     | 4219
          en    | ４２１９                                  | 4219
          en    | 4️⃣2️⃣1️⃣9️⃣                                 | 4219
          es    | cuatro dos uno nueve                     | 4219
          es    | cuarenta y dos diecinueve                | 4219
          es    | doble dos uno nueve                      | 2219
          es    | cuatro mil doscientos diecinueve         | 4219
          es    | cero cero siete cero                     | 0070
          es    | quinientos cincuenta y uno nueve         | 5519
          fr    | quatre deux un neuf                      | 4219
          fr    | quarante-deux dix-neuf                   | 4219
          fr    | double deux un neuf                      | 2219
          fr    | quatre-vingt-dix-neuf septante et un     | 9971
          fr    | soixante et onze zéro sept               | 7107
          fr    | quatre-vingt douze                       |
          fr    | quatre mille deux cent dix-neuf          | 4219
          de    | vier zwo eins neun                       | 4219
          de    | zweiundvierzig neunzehn                  | 4219
          de    | viertausendzweihundertneunzehn           | 4219
          de    | viertausendzweihundertundneunzehn        | 4219
          de    | doppel zwei eins neun                    | 2219
          de    | fuenf zwoelf null                        | 5120
          de    | dreißig fünfzig                          | 3050
          ja    | four two one nine                        | 4219
          """)
  void four_digits_are_read_however_they_are_said(String locale, String heard, String digits) {
    assertThat(read(FOUR, locale, heard).orElse(null)).isEqualTo(digits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "four two one",
        "four two one nine six",
        "4219 4218",
        "forty-two",
        "forty-two hundred nineteen six",
        "double",
        "double two",
        "no idea",
        "half",
        "",
        "   ",
        "🙈",
        "\u202E\u200B\u0000\u001B",
        "\u0000\u0001"
      })
  void other_than_four_digits_are_none(String heard) {
    assertThat(read(FOUR, "en", heard)).isEmpty();
  }

  @Test
  void what_nobody_hears_does_not_count() {
    assertThat(read(FOUR, "en", "\u202E4\u200B2\u00AD1\u20669\u2069")).contains("4219");
    assertThat(read(FOUR, "en", "f\u200Dour two one ni\u00ADne")).contains("4219");
  }

  @Test
  void more_than_two_hundred_characters_are_none() {
    assertThat(read(FOUR, "en", " ".repeat(196) + "4219")).contains("4219");
    assertThat(read(FOUR, "en", " ".repeat(197) + "4219")).isEmpty();
  }

  @Test
  void a_range_takes_what_fits_it() {
    AnswerForm range = AnswerForm.digits(4, 6);

    assertThat(read(range, "en", "42 19")).contains("4219");
    assertThat(read(range, "en", "421 963")).contains("421963");
    assertThat(read(range, "en", "421")).isEmpty();
    assertThat(read(range, "en", "4219637")).isEmpty();
  }

  @Test
  void an_exclamation_is_no_zero_where_an_introduction_follows() {
    AnswerForm pin = AnswerForm.digits(4, 12);

    assertThat(read(pin, "en", "oh, it's four two one nine")).contains("4219");
    assertThat(read(pin, "en", "oh four two one nine")).contains("04219");
    assertThat(read(AnswerForm.CODE, "en", "oh four two")).contains("042");
    assertThat(read(AnswerForm.CODE, "en", "oh, it's A four two")).contains("a42");
  }

  @Test
  void a_word_that_may_be_a_digit_or_none_makes_a_number_of_any_length_ambiguous() {
    AnswerForm range = AnswerForm.digits(4, 6);

    assertThat(read(range, "en", "for my account 4219")).isEmpty();
    assertThat(read(range, "en", "4 2 to 1")).contains("4221");
    assertThat(read(FOUR, "en", "for my account 4219")).contains("4219");
  }

  @Test
  void on_file_only_figures_count() {
    assertThat(AnswerForm.digits(9).onFile("123-45-6789")).contains("123456789");
    assertThat(FOUR.onFile("４２１９")).contains("4219");
    assertThat(FOUR.onFile("219")).isEmpty();
    assertThat(FOUR.onFile("four two one nine")).isEmpty();
  }

  private static Optional<String> read(AnswerForm form, String locale, String heard) {
    return form.read(heard, Locale.forLanguageTag(locale), TODAY);
  }
}
