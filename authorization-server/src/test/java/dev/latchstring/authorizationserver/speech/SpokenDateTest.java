package dev.latchstring.authorizationserver.speech;

import static dev.latchstring.authorizationserver.speech.AnswerForm.DATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenDateTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en-US | March third nineteen eighty-five                        | 1985-03-03
          en-US | my birthday is March third, nineteen eighty-five.       | 1985-03-03
          en-US | March three nineteen hundred and eighty five            | 1985-03-03
          en-US | March oh three nineteen eighty five                     | 1985-03-03
          en-US | March 3rd, 1985                                         | 1985-03-03
          en-US | 3/3/85                                                  | 1985-03-03
          en-US | 03031985                                                | 1985-03-03
          en-US | 03031985#                                               | 1985-03-03
          en-US | 3*3*1985#                                               | 1985-03-03
          en-US | 030385                                                  | 1985-03-03
          en-US | 19850303                                                | 1985-03-03
          en-US | 1985-03-03                                              | 1985-03-03
          en-US | oh three oh three nineteen eighty five                  | 1985-03-03
          en-US | oh three oh three eighty five                           | 1985-03-03
          en-US | 0 3 0 3 1 9 8 5                                         | 1985-03-03
          en-US | zero three zero three one nine eight five               | 1985-03-03
          en-US | three three eighty five                                 | 1985-03-03
          en-US | nineteen eighty five march third                        | 1985-03-03
          en-US | march twenty first two thousand and five                | 2005-03-21
          en-US | March three nineteen oh five                            | 1905-03-03
          en-US | December 31 99                                          | 1999-12-31
          en-US | Sept 9 2001                                             | 2001-09-09
          en-US | February twenty ninth two thousand                      | 2000-02-29
          en-US | 3/4/85                                                  | 1985-03-04
          en-GB | 3/4/85                                                  | 1985-04-03
          en    | 3/4/85                                                  | 1985-03-04
          en-IN | 03041985                                                | 1985-04-03
          pt-BR | 3/4/1985                                                | 1985-04-03
          en-US | 12 31 1999                                              | 1999-12-31
          en-GB | 31 12 1999                                              | 1999-12-31
          en-US | 31 12 1999                                              | 1999-12-31
          en-GB | 12 31 1999                                              | 1999-12-31
          en-GB | the 3rd of March 1985                                   | 1985-03-03
          en-GB | third of the third eighty-five                          | 1985-03-03
          es    | tres de marzo de mil novecientos ochenta y cinco        | 1985-03-03
          es    | el veintiuno de junio de dos mil uno                    | 2001-06-21
          es    | el primero de setiembre del dos mil                     | 2000-09-01
          es-MX | 3/4/85                                                  | 1985-04-03
          fr    | le premier avril mille neuf cent quatre-vingt-dix-sept  | 1997-04-01
          fr    | 1er avril 1997                                          | 1997-04-01
          fr    | trois mars dix-neuf cent quatre-vingt-cinq              | 1985-03-03
          fr    | le 21 juin 2001                                         | 2001-06-21
          fr-BE | le vingt août nonante-neuf                              | 1999-08-20
          de    | dritter März neunzehnhundertfünfundachtzig              | 1985-03-03
          de    | dritter Maerz neunzehnhundertfuenfundachtzig            | 1985-03-03
          de    | 3. März zweitausendfünf                                 | 2005-03-03
          de    | am dritten dritten fünfundachtzig                       | 1985-03-03
          de-AT | 6. Jänner 1990                                          | 1990-01-06
          de    | 03.03.1985                                              | 1985-03-03
          de    | 3.4.85                                                  | 1985-04-03
          """)
  void a_date_is_read_however_it_is_said(String locale, String heard, String date) {
    assertThat(read(locale, heard)).contains(date);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "March 45 1985",
        "thirty first of February 1985",
        "February 29 1985",
        "13/13/1985",
        "00/00/1985",
        "1985-13-01",
        "March 1985",
        "March third",
        "nineteen eighty five",
        "1985",
        "March April third 1985",
        "3/3/1985 or 4/4/1985",
        "March third 985",
        "November 22 2026",
        "11222026",
        "March third 2027",
        "March third 1849",
        "9999999999999999999999",
        "March twenty two thousand five",
        "",
        " ",
        "🎂",
        "\u202E\u0000\u001B[2J",
        "yesterday"
      })
  void what_is_no_date_of_the_past_or_may_be_several_is_none(String heard) {
    assertThat(read("en-US", heard)).isEmpty();
  }

  @Test
  void two_figures_are_the_latest_such_year_that_is_not_in_the_future() {
    assertThat(read("en-US", "11/21/26")).contains("2026-11-21");
    assertThat(read("en-US", "11/22/26")).contains("1926-11-22");
    assertThat(read("en-US", "2/29/96")).contains("1996-02-29");
  }

  @Test
  void more_than_two_hundred_characters_are_none() {
    assertThat(read("en-US", " ".repeat(193) + "03031985")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1985-03-03", "19850303", "1985-03-03T00:00:00Z", "1985-03-03 00:00:00.0"})
  void on_file_a_date_is_as_iso_8601_has_it(String stored) {
    assertThat(DATE.onFile(stored)).contains("1985-03-03");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3/4/1985", "1985-02-30", "1985-3-3", "", "1985-03-03x", "03.03.1985"})
  void on_file_anything_else_is_none(String stored) {
    assertThat(DATE.onFile(stored)).isEmpty();
  }

  @Test
  void every_day_keyed_in_is_that_day() {
    for (LocalDate day = LocalDate.of(1900, 1, 1); !day.isAfter(TODAY); day = day.plusDays(1)) {
      String year = "%04d".formatted(day.getYear());
      String month = "%02d".formatted(day.getMonthValue());
      String date = "%02d".formatted(day.getDayOfMonth());
      assertThat(read("en-US", month + date + year)).contains(day.toString());
      assertThat(read("fr-FR", date + month + year)).contains(day.toString());
      assertThat(read("sv-SE", year + month + date)).contains(day.toString());
    }
  }

  private static Optional<String> read(String locale, String heard) {
    return DATE.read(heard, Locale.forLanguageTag(locale), TODAY);
  }
}
