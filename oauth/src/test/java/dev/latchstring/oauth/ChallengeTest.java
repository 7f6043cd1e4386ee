package dev.latchstring.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
  @Test
  void several_challenges_in_one_header_are_told_apart() {
    List<Challenge> challenges =
        Challenge.parse(
            List.of(
                "Basic realm=\"a, b\", Bearer error=\"invalid_token\","
                    + " resource_metadata=\"https://x.example/.well-known/oauth-protected-resource\""
                    + ", scope=\"a b\", DPoP algs=ES256"));
    assertThat(challenges).extracting(Challenge::scheme).containsExactly("Basic", "Bearer", "DPoP");
    assertThat(challenges.get(0).parameter("realm")).isEqualTo("a, b");
    assertThat(challenges.get(1).scope()).isEqualTo("a b");
    assertThat(challenges.get(1).resourceMetadata())
        .isEqualTo("https://x.example/.well-known/oauth-protected-resource");
    assertThat(challenges.get(2).parameter("algs")).isEqualTo("ES256");
  }

  @Test
  void quoting_survives_a_round_trip() {
    Challenge challenge =
        Challenge.of("Bearer").with("error_description", "say \"please\" \\ now").with("x", null);
    assertThat(Challenge.parse(List.of(challenge.header()))).containsExactly(challenge);
  }

  @Test
  void a_line_break_cannot_split_the_header() {
    assertThat(Challenge.of("Bearer").with("scope", "a\r\nSet-Cookie: b").header())
        .doesNotContain("\r")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @Timeout(60)
  @ValueSource(
      strings = {
        "",
        ",",
        "Bearer",
        "Bearer x=\"",
        "Bearer x=\"\\",
        "=",
        "Bearer =a",
        "Negotiate abc==",
        "\"",
        "Bearer a=b c=d",
        "é",
        "Bearer a = \"b\" , c",
        "Bearer realm=\"x\"é"
      })
  void whatever_is_sent_is_read_without_a_fault(String header) {
    assertThat(Challenge.parse(List.of(header))).hasSizeLessThan(4);
  }

  @Test
  void a_scheme_without_parameters_does_not_swallow_the_next() {
    assertThat(Challenge.parse(List.of("Negotiate, Bearer scope=a")))
        .extracting(Challenge::scheme)
        .containsExactly("Negotiate", "Bearer");
  }
}
