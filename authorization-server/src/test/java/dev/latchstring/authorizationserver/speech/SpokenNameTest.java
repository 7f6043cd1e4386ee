package dev.latchstring.authorizationserver.speech;

import static dev.latchstring.authorizationserver.speech.AnswerForm.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenNameTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Anna María O'Neil   | en | My name is Anna-María O'Neil
          Anna María O'Neil   | en | ONEIL, ANNA MARIA
          Anna María O'Neil   | en | uh, hi, this is anna maria o’neil, thanks
          Anna María O'Neil   | en | Anna Maria O´Neil
          Anna María O'Neil   | en | it's Anna Maria O' Neil please
          Anna Maria Smith    | en | Smith, Anna Maria
          Anna Maria Smith    | en | Yes, hello, I'm uh Anna-Maria, um, Smith.
          Anna Maria Smith    | en | Well, okay, my full name is Anna Maria Smith, thank you very much
          Anna Maria Smith    | en | Mrs. Anna Maria Smith speaking
          Anna Maria Smith    | en | anna maria smith is my name
          Anna Maria Smith    | en | dr anna maria smith
          Jörg Müller         | de | Ich heiße Jörg Müller
          Jörg Müller         | de | Joerg Mueller
          Jörg Müller         | en | my name is Jorg Muller
          Jörg Müller         | de | Ja, guten Tag, hier spricht Herr Doktor Müller, Jörg
          Weiß                | de | äh, also, mein Name ist Weiss
          François Lefèvre    | fr | Je m'appelle François Lefèvre
          François Lefèvre    | fr | Euh, bonjour, c’est Lefevre, Francois, merci
          François Lefèvre    | fr | ben oui, c'est Monsieur Lefèvre François à l'appareil
          Ana García Núñez    | es | Sí, hola, soy Ana García Núñez, gracias
          Ana García Núñez    | es | me llamo ana garcia nunez
          Søren Kjær          | en | Soren Kjaer
          Søren Kjær          | de | Soeren Kjaer
          Łukasz Đorđević     | en | Lukasz Dordevic
          Işık İnan           | en | ISIK INAN
          Γιώργος Παπαδόπουλος| en | ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΙΩΡΓΟΣ
          أحمد                | en | احمد
          """)
  void a_name_is_the_same_however_it_is_said(String onFile, String language, String heard) {
    assertThat(read(language, heard)).isPresent().isEqualTo(NAME.onFile(onFile));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Jo Smith       | Joe Smith
          Su Park        | Sue Park
          Baur           | Bauer
          Anna Smith     | Ann Smith
          Anna Smith     | Anna Anna Smith
          Ben Carter     | Don Carter
          राम            | रीमा
          かわだ         | がわだ
          กา             | กี
          김             | 강
          Иван           | Ivan
          Аnna Smith     | Anna Smith
          Anna Smith 2   | Anna Smith 3
          """)
  void other_names_stay_apart(String one, String other) {
    assertThat(NAME.onFile(one)).isPresent().isNotEqualTo(NAME.onFile(other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ben Carter",
        "Don Juan Carter",
        "Im Yoona",
        "Si Woo Kim",
        "Anna Herr",
        "Ja Rule",
        "Anna M Smith",
        "M Night Shyamalan",
        "Will Well",
        "Jean Bon",
        "Ana Es",
        "Guy Oui",
        "Max Frau",
        "Ah Meng",
        "Eva Klein",
        "Paul Ici",
        "Mark Right",
        "Now Then",
        "Anna De Soto",
        "Olaf Punkt",
        "May June",
        "Sofia Uno",
        "Anne Double"
      })
  void a_bare_name_is_the_same_in_every_language(String name) {
    for (String language : List.of("en", "es", "fr", "de", "ja")) {
      assertThat(read(language, name)).as(language).isEqualTo(NAME.onFile(name));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "my name is",
        "uh",
        "hello",
        "🙈",
        "'",
        "-,-",
        "\u0000\u202E\u200B",
        "\u0301",
        "\u3164"
      })
  void what_has_no_name_in_it_is_none(String heard) {
    assertThat(read("en", heard)).isEmpty();
  }

  @Test
  void what_nobody_sees_does_not_count() {
    assertThat(read("en", "\u202EAn\u200Bna\u00AD Sm\u2060ith\u0000")).contains("anna smith");
    assertThat(read("en", "Anna\uFE0F\u3164 \u034FSmith 🙂")).contains("anna smith");
    assertThat(read("en", "Ａｎｎａ Ｓｍｉｔｈ")).contains("anna smith");
  }

  @Test
  void more_than_two_hundred_characters_are_none() {
    assertThat(read("en", "a".repeat(200))).isPresent();
    assertThat(read("en", "a".repeat(201))).isEmpty();
  }

  private static Optional<String> read(String language, String heard) {
    return NAME.read(heard, Locale.forLanguageTag(language), TODAY);
  }
}
