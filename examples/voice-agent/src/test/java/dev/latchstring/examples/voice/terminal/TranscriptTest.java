package dev.latchstring.examples.voice.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.examples.voice.Scene;
import dev.latchstring.examples.voice.spoken.Language;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Transcripts are read, played, and found out when they are wrong. */
class TranscriptTest {
  private final StringWriter printed = new StringWriter();

  private void play(Scene scene, String transcript) {
    new TranscriptPlayer(
            scene.calls(), () -> "4711", time -> {}, new CallPrinter(new PrintWriter(printed)))
        .play("transcript", Transcript.parse(transcript));
  }

  @Test
  void a_line_that_is_none_is_named() {
    assertThatThrownBy(() -> Transcript.parse("agent: hello\n\nbutler: good evening"))
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> Transcript.parse("line: klingon")).hasMessageContaining("line 1");
    assertThatThrownBy(() -> Transcript.parse("silence\n".repeat(501))).hasMessageContaining("500");
    assertThat(Transcript.parse("# Title\n# more\nline: fr\n").title()).isEqualTo("Title");
  }

  @Test
  void an_agent_that_says_something_else_is_found_out() throws Exception {
    try (Scene scene = Scene.ofOneQuestion(1)) {
      assertThatThrownBy(() -> play(scene, "line: en\nagent: Good evening"))
          .isInstanceOf(TranscriptPlayer.Mismatch.class)
          .hasMessageContaining("line 2")
          .hasMessageContaining("Thank you for calling");
      assertThatThrownBy(() -> play(scene, "line: en\nagent hangs up"))
          .hasMessageContaining("line 2");
      assertThatThrownBy(() -> play(scene, "line: en\nkeys: 9\nkeys: 1"))
          .hasMessageContaining("has hung up");
      assertThat(scene.calls().underWay()).isZero();
    }
  }

  @Test
  void somebody_may_call_again() throws Exception {
    try (Scene scene = Scene.ofOneQuestion(1)) {
      play(scene, "line: en\nkeys: 9\nagent hangs up\ncalls again\nagent: Thank you for calling");
      assertThat(scene.calls().underWay()).isZero();
    }
  }

  @Test
  void answers_are_not_printed() throws Exception {
    try (Scene scene = Scene.ofOneQuestion(1)) {
      play(scene, "line: en\ncaller: appointments\nkeys: {code}\nagent: Dr. Haddad\nkeys: 9");

      assertThat(printed.toString())
          .contains("keys    •••", "caller  appointments", "(the agent hangs up)")
          .doesNotContain("4711");
    }
  }

  @Test
  void a_call_is_typed_at_a_terminal() throws Exception {
    try (Scene scene = Scene.ofOneQuestion(1)) {
      String typed = "appointments\n4711\n\ngoodbye\n";
      new TerminalFront(
              scene.calls(),
              new BufferedReader(new StringReader(typed)),
              null,
              new CallPrinter(new PrintWriter(printed)),
              time -> {})
          .call(Language.EN);

      assertThat(printed.toString())
          .contains("Dr. Haddad", "I did not hear anything", "Goodbye")
          .doesNotContain("4711");
      assertThat(scene.calls().underWay()).isZero();
      assertThat(scene.tokens()).containsExactly(1, 1);
    }
  }

  @Test
  void a_terminal_that_closes_hangs_up() throws Exception {
    try (Scene scene = Scene.ofOneQuestion(1)) {
      new TerminalFront(
              scene.calls(),
              new BufferedReader(new StringReader("appointments\n4711\n")),
              null,
              new CallPrinter(new PrintWriter(printed)),
              time -> {})
          .call(Language.EN);

      assertThat(printed.toString()).contains("you hang up");
      assertThat(scene.tokens()).containsExactly(1, 1);
    }
  }
}
