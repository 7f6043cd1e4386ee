package dev.latchstring.authorizationserver.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTextTest {
  private static final String NUMBER = "+33612345678";

  private static MessageText text(String language, String name, Duration validity) {
    return MessageText.of(
        new Message(
            Channel.SMS, NUMBER, "481516", Locale.forLanguageTag(language), validity, name, "r"));
  }

  private static MessageText text(String language, String name) {
    return text(language, name, Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void a_text_message_fits_in_one_of_160_letters_that_every_telephone_has(String language) {
    String text = text(language, "Clínica São João").sms(null);

    assertThat(text.length()).isLessThanOrEqualTo(160);
    assertThat(MessageText.isInTelephoneAlphabet(text)).as(text).isTrue();
    assertThat(text).containsIgnoringCase("10 minut").contains("481516", "Clinica Sao Joao");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void a_long_name_gives_way_and_code_and_domain_stay(String language) {
    String text = text(language, "The very long name of a clinic ".repeat(9)).sms("clinic.example");

    assertThat(text.length()).isLessThanOrEqualTo(160);
    assertThat(text).contains(": 481516.").endsWith("\n\n@clinic.example #481516");
    assertThat(MessageText.isInTelephoneAlphabet(text)).as(text).isTrue();
  }

  @Test
  void a_name_in_another_script_stays_as_it_is() {
    assertThat(text("en", "さくら医院").sms(null)).contains("さくら医院", "481516");
  }

  @Test
  void without_a_name_nothing_stands_in_its_place() {
    assertThat(text("en", "").sms(null)).startsWith("Your code: 481516. ");
    assertThat(text("de", "\u0000\u200B").sms(null)).startsWith("Ihr Code: 481516. ");
  }

  @Test
  void what_looks_like_a_place_to_fill_in_stays_a_name() {
    assertThat(text("en", "{code} {time}").sms(null)).contains("for {code} {time}: 481516.");
  }

  @ParameterizedTest
  @CsvSource({"1,2 seconds", "90,90 seconds", "119,119 seconds", "120,2 minutes", "599,9 minutes"})
  void the_time_is_never_said_to_be_longer_than_it_is(long seconds, String said) {
    assertThat(text("en", "x", Duration.ofSeconds(seconds)).sms(null)).contains("for " + said);
  }

  @Test
  void a_message_does_not_tell_its_code_or_where_it_goes() {
    Message message =
        new Message(
            Channel.SMS, NUMBER, "481516", Locale.ENGLISH, Duration.ofMinutes(1), "x", "ref-9");

    assertThat(message.toString()).isEqualTo("Message[channel=SMS, reference=ref-9]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "123", "1234567890123", "12 34", "12a4", "12\n34", "１２３４"})
  void a_code_is_digits_or_capital_letters(String code) {
    assertThatThrownBy(() ->
            new Message(Channel.SMS, NUMBER, code, Locale.ENGLISH, Duration.ofMinutes(1), "x", "r"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a b", "a\r\nX: y", "é"})
  void a_reference_can_stand_in_a_header(String reference) {
    assertThatThrownBy(() ->
            new Message(
                Channel.SMS,
                NUMBER,
                "481516",
                Locale.ENGLISH,
                Duration.ofMinutes(1),
                "x",
                reference))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
