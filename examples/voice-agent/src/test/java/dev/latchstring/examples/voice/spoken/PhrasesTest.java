package dev.latchstring.examples.voice.spoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PhrasesTest {
  @ParameterizedTest
  @EnumSource
  void every_language_has_every_phrase_with_the_same_parts(Language language) {
    var english = Phrases.of(Language.EN);
    var phrases = Phrases.of(language);

    assertThat(phrases.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    for (String phrase : english.stringPropertyNames()) {
      assertThat(parts(phrases.getProperty(phrase)))
          .as(phrase)
          .isEqualTo(parts(english.getProperty(phrase)));
      assertThat(phrases.getProperty(phrase)).as(phrase).isNotBlank();
    }
  }

  private static java.util.List<String> parts(String text) {
    return Pattern.compile("\\{[0-9]}")
        .matcher(text)
        .results()
        .map(r -> r.group())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void the_phrase_that_offers_a_language_names_its_key(Language language) {
    assertThat(Phrases.text(language, "choose_language")).contains(language.key());
  }

  @Test
  void a_language_is_found_by_its_tag() {
    assertThat(Language.of("es-MX")).contains(Language.ES);
    assertThat(Language.of("it")).isEmpty();
    assertThat(Language.of("")).isEmpty();
  }

  @Test
  void nothing_that_was_heard_is_shown() {
    assertThat(Heard.Spoken.clearly("four two one nine").toString()).doesNotContain("four");
    assertThat(new Heard.Keyed("4219").toString()).doesNotContain("4219");
    assertThat(Said.confidential(Language.EN, "amlodipine").toString()).doesNotContain("amlo");
    assertThat(new Heard.Spoken("x".repeat(9999), 1).words()).hasSize(500);
    assertThat(new Heard.Keyed("1".repeat(999)).keys()).hasSize(32);
  }
}
