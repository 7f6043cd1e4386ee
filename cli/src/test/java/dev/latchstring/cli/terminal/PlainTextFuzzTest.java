package dev.latchstring.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class PlainTextFuzzTest {
  /** Every control, and every character that turns or hides what follows. */
  private static final String UNFIT =
      "[\\p{Cc}&&[^\n]]|[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]";

  @FuzzTest
  void nothing_that_moves_a_terminal_is_left(byte[] input) {
    String text = new String(input, UTF_8);
    String clean = PlainText.clean(text);
    assertThat(clean).hasSameSizeAs(text).doesNotContainPattern(UNFIT);
    assertThat(PlainText.clean(clean)).isEqualTo(clean);
    String line = PlainText.line(text, 20);
    assertThat(line.length()).isLessThanOrEqualTo(20);
    assertThat(line).doesNotContainPattern(UNFIT).doesNotContain("\n", "\u2028", "\u2029");
    assertThat(new String(line.getBytes(UTF_8), UTF_8)).isEqualTo(line);
  }
}
