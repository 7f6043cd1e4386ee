package dev.latchstring.authorizationserver.speech;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class SpeechFuzzTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
  private static final List<Locale> LOCALES =
      List.of(Locale.US, Locale.UK, Locale.of("es"), Locale.FRENCH, Locale.GERMAN, Locale.JAPANESE);

  @FuzzTest
  void a_normal_form_is_its_own_normal_form(byte[] input) {
    String text = new String(input, UTF_8);
    for (AnswerForm form : List.of(AnswerForm.NAME, AnswerForm.CODE, AnswerForm.TEXT)) {
      form.onFile(text)
          .filter(normal -> normal.length() <= Words.MAX_LENGTH)
          .ifPresent(
              normal -> assertThat(form.onFile(normal)).as(form.toString()).contains(normal));
    }
  }

  @FuzzTest
  void what_is_read_is_of_its_form(byte[] input) {
    String heard = new String(input, UTF_8);
    for (Locale locale : LOCALES) {
      AnswerForm.DATE
          .read(heard, locale, TODAY)
          .ifPresent(date -> {
            assertThat(LocalDate.parse(date)).isBeforeOrEqualTo(TODAY);
            assertThat(AnswerForm.DATE.onFile(date)).contains(date);
          });
      assertThat(AnswerForm.digits(4).read(heard, locale, TODAY).orElse("0000"))
          .matches("[0-9]{4}");
      assertThat(AnswerForm.digits(2, 7).read(heard, locale, TODAY).orElse("0000"))
          .matches("[0-9]{2,7}");
      assertThat(AnswerForm.CODE.read(heard, locale, TODAY).orElse("a"))
          .matches("[\\p{L}\\p{M}0-9]{1,64}");
      for (AnswerForm form : List.of(AnswerForm.NAME, AnswerForm.TEXT)) {
        Optional<String> read = form.read(heard, locale, TODAY);
        assertThat(read.orElse("a")).isNotBlank().doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{P}]");
      }
    }
  }

  @FuzzTest
  void digits_with_anything_between_them_are_these_digits(byte[] input) {
    String digits = new String(input, UTF_8).replaceAll("[^0-9]", "");
    if (digits.isEmpty() || digits.length() > 20) {
      return;
    }
    String spoken = String.join(" - ", digits.split(""));
    AnswerForm form = AnswerForm.digits(digits.length());
    for (Locale locale : LOCALES) {
      assertThat(form.read(digits, locale, TODAY)).contains(digits);
      assertThat(form.read(spoken, locale, TODAY)).contains(digits);
      assertThat(AnswerForm.CODE.read(spoken, locale, TODAY)).contains(digits);
    }
  }
}
