package dev.latchstring.authorizationserver.speech;

import static dev.latchstring.authorizationserver.speech.AnswerForm.CODE;
import static dev.latchstring.authorizationserver.speech.AnswerForm.DATE;
import static dev.latchstring.authorizationserver.speech.AnswerForm.NAME;
import static dev.latchstring.authorizationserver.speech.AnswerForm.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFormTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en-GB | SW1A 1AA                                            | SW1A 1AA
          en-GB | s w one a one double a                              | SW1A 1AA
          en-GB | my postcode is S W 1 A 1 A A please                 | SW1A 1AA
          en-GB | sierra whiskey one alpha one alfa alpha             | SW1A 1AA
          en-GB | S as in sugar, W for William, one A, one A A        | SW1A 1AA
          en-CA | k one a zero b one                                  | K1A 0B1
          en    | A as in Alpha, B as in Bravo, dash, one two double three | AB-1233
          en    | it's O X twelve                                     | OX-12
          en    | zero X one two                                      | OX-12
          en    | double you x-ray zed forty two                      | WXZ42
          en    | capital A, hyphen, 3rd                              | A-3RD
          en    | 4219#                                               | 4219
          es    | es uve doble cuatro                                 | W4
          es    | B de Barcelona, siete, guion, jota                  | B7-J
          fr    | c'est double v, i grec, tiret, soixante-quinze      | WY-75
          fr    | A comme Anatole sept                                | A7
          de    | A wie Anton, Bindestrich, zwo, drei, Ypsilon        | A-23Y
          de    | meine Nummer ist Berta eins                         | BERTA1
          """)
  void a_code_is_the_same_however_it_is_said(String locale, String heard, String onFile) {
    assertThat(read(CODE, locale, heard)).isPresent().isEqualTo(CODE.onFile(onFile));
  }

  @Test
  void a_code_is_letters_and_digits_and_at_most_sixty_four() {
    assertThat(CODE.onFile("a-b_1 2")).contains("ab12");
    assertThat(CODE.onFile("a".repeat(64))).isPresent();
    assertThat(CODE.onFile("a".repeat(65))).isEmpty();
    assertThat(read(CODE, "en", "triple nine ".repeat(16))).contains("9".repeat(48));
    assertThat(read(CODE, "en", "🙈 -- #")).isEmpty();
    assertThat(read(CODE, "en", "dash")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en | it's Hello, Dolly!       | hello dolly
          en | I think it's ELM street  | Elm Street
          fr | c'est l'Été              | L été
          de | Straße des 17. Juni      | strasse des 17 juni
          es | Don Quijote              | don-quijote
          en | 4219#                    | 4219
          """)
  void a_text_is_its_letters_and_digits(String locale, String heard, String onFile) {
    assertThat(read(TEXT, locale, heard)).isPresent().isEqualTo(TEXT.onFile(onFile));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"name", "date", "code", "text", "digits:1", "digits:4", "digits:40", "digits:4-8"})
  void a_form_is_called_as_it_is_configured(String name) {
    assertThat(AnswerForm.named(name).map(AnswerForm::toString)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "NAME",
        "digits",
        "digits:0",
        "digits:41",
        "digits:8-4",
        "digits:-4",
        "digits:999",
        "digits:4-"
      })
  void other_words_are_no_form(String name) {
    assertThat(AnswerForm.named(name)).isEmpty();
  }

  @Test
  void only_digits_are_counted() {
    assertThatThrownBy(() -> AnswerForm.digits(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AnswerForm.digits(5, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AnswerForm(AnswerForm.Kind.NAME, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_keypad_entry_has_a_mark_for_each_digit() {
    assertThat(DATE.keypad(Locale.US)).contains("MMDDYYYY");
    assertThat(DATE.keypad(Locale.UK)).contains("DDMMYYYY");
    assertThat(DATE.keypad(Locale.FRANCE)).contains("DDMMYYYY");
    assertThat(AnswerForm.digits(4).keypad(Locale.US)).contains("####");
    assertThat(AnswerForm.digits(4, 6).keypad(Locale.US)).isEmpty();
    assertThat(NAME.keypad(Locale.US)).isEmpty();
  }

  @Test
  void the_runtime_is_asked_about_few_locales() {
    assertThat(Language.bounded(Locale.forLanguageTag("en-GB-oxendict-u-ca-buddhist-x-1234")))
        .isEqualTo(Locale.UK);
    assertThat(Language.bounded(Locale.forLanguageTag("en-ZZ"))).isEqualTo(Locale.ENGLISH);
    assertThat(Language.bounded(Locale.forLanguageTag("pt-BR-x-1"))).isEqualTo(Locale.of("pt"));
    assertThat(Language.bounded(Locale.forLanguageTag("qqq-BR"))).isEqualTo(Locale.ENGLISH);
    assertThat(Language.bounded(Locale.ROOT)).isEqualTo(Locale.ENGLISH);
  }

  private static Optional<String> read(AnswerForm form, String locale, String heard) {
    return form.read(heard, Locale.forLanguageTag(locale), TODAY);
  }
}
