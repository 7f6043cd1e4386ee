package dev.latchstring.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.examples.voice.spoken.Language;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  private static final Map<String, String> SECRETS =
      Map.of("LATCH_CLIENT_SECRET", "client secret", "TELEPHONE_AUTH_TOKEN", "auth token");

  @Test
  void a_telephone_front_is_described_whole() {
    Options options =
        Options.parse(
            List.of(
                "--webhook",
                "9200",
                "--public-url",
                "https://phone.example/voice",
                "--number",
                "+1555=en",
                "--number",
                "+3455=es"),
            SECRETS);

    assertThat(options.webhookPort()).isEqualTo(9200);
    assertThat(options.numbers()).isEqualTo(Map.of("+1555", Language.EN, "+3455", Language.ES));
    assertThat(options.toString()).doesNotContain("client secret", "auth token");
  }

  @ParameterizedTest
  @CsvSource({
    "--nope 1, --nope",
    "--issuer, --issuer",
    "--lines many, --lines",
    "--webhook 70000, --webhook",
    "--language it, en",
    "--number +1555, en"
  })
  void what_is_not_right_is_named(String line, String named) {
    assertThatThrownBy(() -> Options.parse(List.of(line.split(" ")), SECRETS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void secrets_are_asked_for() {
    assertThatThrownBy(() -> Options.parse(List.of(), Map.of()))
        .hasMessageContaining("LATCH_CLIENT_SECRET");
    assertThatThrownBy(() ->
            Options.parse(
                List.of("--webhook", "9200"), Map.of("LATCH_CLIENT_SECRET", "client secret")))
        .hasMessageContaining("TELEPHONE_AUTH_TOKEN");
  }
}
