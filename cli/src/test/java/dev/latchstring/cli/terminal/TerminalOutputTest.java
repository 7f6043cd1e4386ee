package dev.latchstring.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches a terminal, and what does not. */
class TerminalOutputTest {
  private static final String ADDRESS = "http://localhost:9000/device?user_code=WDJB-MJHT";
  private static final Terminal COLOURED = new Terminal(true, true, true, true, true);
  private static final Terminal PLAIN = new Terminal(true, true, true, false, true);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Output output(Terminal terminal) {
    return new Output(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), terminal);
  }

  @Test
  void results_go_to_standard_output_and_everything_else_to_standard_error() {
    Output output = output(Terminal.NONE);
    output.result("result");
    output.say("said");
    output.warning("careful");
    output.error("code", "wrong", "do this");
    output.debug("not asked for");
    assertThat(out.toString(UTF_8)).isEqualTo("result\n");
    assertThat(err.toString(UTF_8))
        .isEqualTo("said\nwarning: careful\nerror: wrong\nhint: do this\n");
  }

  @Test
  void with_json_people_are_told_nothing_and_errors_are_objects() {
    Output output = output(Terminal.NONE).with(true, false);
    output.result("result");
    output.say("said");
    output.hint("hint");
    output.json(Map.of("a", 1));
    output.error("code", "wrong", null);
    assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":1}\n");
    assertThat(err.toString(UTF_8))
        .isEqualTo("{\"error\":{\"code\":\"code\",\"message\":\"wrong\"}}\n");
  }

  @Test
  void colours_are_for_terminals_alone() {
    output(COLOURED).error("code", "wrong", null);
    assertThat(err.toString(UTF_8)).isEqualTo("\u001b[31merror:\u001b[0m wrong\n");
    err.reset();
    output(PLAIN).error("code", "wrong", null);
    assertThat(err.toString(UTF_8)).isEqualTo("error: wrong\n");
  }

  @Test
  void the_environment_can_say_which_streams_are_terminals_and_switch_colours_off() {
    Terminal terminal = Terminal.detect(Map.of("LATCH_TTY", "02", "NO_COLOR", "1"));
    assertThat(terminal.input()).isTrue();
    assertThat(terminal.output()).isFalse();
    assertThat(terminal.error()).isTrue();
    assertThat(terminal.colours()).isFalse();
    assertThat(Terminal.detect(Map.of("TERM", "dumb")).colours()).isFalse();
    assertThat(Terminal.detect(Map.of("NO_COLOR", "")).colours()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b[2J", "\u0007", "\u009b31m", "\u202e", "\u2066", "\r", "\u200b"})
  void control_characters_and_reversals_become_question_marks(String bad) {
    assertThat(PlainText.clean("a" + bad + "b")).startsWith("a?").endsWith("b").doesNotContain(bad);
  }

  @Test
  void a_line_is_one_line_of_bounded_length() {
    assertThat(PlainText.line("one\ntwo", 20)).isEqualTo("one two");
    assertThat(PlainText.line("abcdefghij", 8)).isEqualTo("abcde...");
  }

  @ParameterizedTest
  @CsvSource({"8,8 ms", "1400,1.4 s", "125000,2 min 5 s", "59999,60.0 s"})
  void how_long_it_took(long millis, String words) {
    assertThat(Durations.took(Duration.ofMillis(millis))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"272,4:32", "3540,59 min", "11100,3 h 5 min", "1036800,12 d"})
  void how_long_is_left(long seconds, String words) {
    assertThat(Durations.remaining(Duration.ofSeconds(seconds))).isEqualTo(words);
  }

  /** Reads the drawing back, as a camera would: light where it is drawn. */
  @Test
  void the_blocks_are_the_code_with_a_quiet_zone() {
    QrCode code = QrCode.of(ADDRESS);
    String[] lines = code.draw(PLAIN, true).split("\\R");
    int zone = QrCode.QUIET_ZONE;
    for (int y = -zone; y < code.size() + zone; y++) {
      for (int x = -zone; x < code.size() + zone; x++) {
        char cell = lines[(y + zone) / 2].charAt(x + zone);
        boolean upper = (y + zone) % 2 == 0;
        boolean light = cell == '\u2588' || cell == (upper ? '\u2580' : '\u2584');
        assertThat(light).as("%s, %s", x, y).isEqualTo(!code.isDark(x, y));
      }
    }
  }

  @Test
  void with_colours_dark_is_drawn_black_on_white() {
    QrCode code = QrCode.of(ADDRESS);
    String[] lines = code.draw(COLOURED, true).split("\\R");
    int zone = QrCode.QUIET_ZONE;
    for (String line : lines) {
      assertThat(line).startsWith("\u001b[30;107m").endsWith("\u001b[0m");
    }
    for (int y = 0; y < code.size(); y++) {
      String cells = lines[(y + zone) / 2].replaceAll("\u001b\\[[0-9;]*m", "");
      for (int x = 0; x < code.size(); x++) {
        char cell = cells.charAt(x + zone);
        boolean upper = (y + zone) % 2 == 0;
        boolean dark = cell == '\u2588' || cell == (upper ? '\u2580' : '\u2584');
        assertThat(dark).as("%s, %s", x, y).isEqualTo(code.isDark(x, y));
      }
    }
  }

  @Test
  void without_blocks_it_is_ascii() {
    QrCode code = QrCode.of(ADDRESS);
    String drawn = code.draw(Terminal.NONE, false);
    assertThat(drawn).matches("[# \\r\\n]+");
    String[] lines = drawn.split("\\R");
    for (int x = 0; x < code.size(); x++) {
      boolean dark = lines[1].length() > 2 * (x + 4) && lines[1].charAt(2 * (x + 4)) == '#';
      assertThat(dark).isEqualTo(code.isDark(x, 0));
    }
  }

  @Test
  void an_address_too_long_for_a_terminal_is_refused() {
    assertThatThrownBy(() -> QrCode.of("https://example.com/" + "a".repeat(500)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
