package dev.latchstring.authorizationserver.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DisplayTextTest {
  @Test
  void ordinary_text_stays_as_it_is() {
    assertThat(DisplayText.of("Zoë’s café 診療所 👩‍⚕", 40)).startsWith("Zoë’s café 診療所 👩");
  }

  @Test
  void spaces_and_lines_become_one_space_and_none_at_the_ends() {
    assertThat(DisplayText.of("  a \u00a0\n\r\t b\u2028c ", 40)).isEqualTo("a b c");
  }

  @Test
  void invisible_and_direction_changing_characters_go() {
    assertThat(DisplayText.of("a\u202E\u2066b\u200B\u0007\uFEFF\u3164c\uE000\uD800", 40))
        .isEqualTo("abc");
  }

  @Test
  void heaps_of_marks_are_cut_to_two() {
    assertThat(DisplayText.of("e" + "\u0301".repeat(50) + "f", 40)).isEqualTo("e\u0301\u0301f");
    assertThat(DisplayText.of("e" + "\u0301\u200B".repeat(50) + "f", 40))
        .isEqualTo("e\u0301\u0301f");
  }

  @Test
  void long_text_ends_in_an_ellipsis_within_the_limit() {
    assertThat(DisplayText.of("abcdef", 6)).isEqualTo("abcdef");
    assertThat(DisplayText.of("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(DisplayText.of("abcd efg", 6)).isEqualTo("abcd…");
    assertThat(DisplayText.of("👍".repeat(10), 3)).isEqualTo("👍👍…");
  }

  @Test
  void text_of_nothing_visible_is_empty() {
    assertThat(DisplayText.of(" \u200B\u202E ", 5)).isEmpty();
  }
}
