package dev.latchstring.examples.voice.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.examples.voice.Scene;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines: how many, one turn at a time, and nothing left when they are cut. */
class CallsTest {
  private Scene scene;

  @BeforeEach
  void start() throws Exception {
    scene = Scene.ofOneQuestion(2);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void when_all_lines_are_taken_the_next_caller_is_told_so_in_their_language() {
    scene.call("1");
    scene.call("2");

    Answered third = scene.calls().begin("3", Language.FR);
    assertThat(Scene.words(third.turn())).contains("Toutes nos lignes sont occupées");
    assertThat(third.turn().next()).isInstanceOf(Turn.HangUp.class);
    assertThat(scene.calls().heard("3", 1, new Heard.Nothing())).isEmpty();

    scene.calls().end("1");
    assertThat(Scene.words(scene.calls().begin("3", Language.FR).turn())).contains("Merci");
  }

  @Test
  void a_turn_that_comes_twice_is_answered_once() {
    var call = scene.call("1");
    call.says("appointments");
    int number = call.latest().number();
    String read = call.keys("4711");

    for (int i = 0; i < 3; i++) {
      Answered again = scene.calls().heard("1", number, new Heard.Keyed("4711")).orElseThrow();
      assertThat(again).isEqualTo(call.latest());
      assertThat(Scene.words(again.turn())).isEqualTo(read);
    }
    assertThat(scene.calls().begin("1", Language.EN)).isEqualTo(call.latest());
    assertThat(scene.tokens()).containsExactly(1, 0);
  }

  @Test
  void turns_of_one_call_that_come_at_once_are_taken_one_after_the_other() throws Exception {
    var call = scene.call("1");
    call.says("appointments");
    int number = call.latest().number();
    List<Callable<Answered>> posts = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      posts.add(() -> scene.calls().heard("1", number, new Heard.Keyed("4711")).orElseThrow());
    }

    Set<Answered> answers = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Answered> answer : threads.invokeAll(posts)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers).hasSize(1);
    assertThat(scene.tokens()).containsExactly(1, 0);
  }

  @Test
  void a_call_that_ends_leaves_nothing_behind() {
    var call = scene.call("1");
    call.says("appointments");
    call.keys("4711");
    assertThat(scene.tokens()).containsExactly(1, 0);

    scene.calls().end("1");
    scene.calls().end("1");

    assertThat(scene.tokens()).containsExactly(1, 1);
    assertThat(scene.calls().underWay()).isZero();
    assertThat(scene.calls().heard("1", 2, new Heard.Nothing())).isEmpty();
  }

  @Test
  void a_goodbye_revokes_at_once() {
    var call = scene.call("1");
    call.says("appointments");
    call.keys("4711");

    assertThat(call.says("goodbye")).contains("Goodbye");
    assertThat(scene.tokens()).containsExactly(1, 1);
  }

  @Test
  void a_call_whose_front_is_silent_for_two_minutes_is_ended() {
    var call = scene.call("1");
    call.says("appointments");
    call.keys("4711");
    scene.pass(Duration.ofSeconds(119));
    scene.calls().endSilent();
    assertThat(scene.calls().underWay()).isEqualTo(1);

    scene.pass(Duration.ofSeconds(2));
    scene.calls().endSilent();

    assertThat(scene.calls().underWay()).isZero();
    assertThat(scene.tokens()).containsExactly(1, 1);
  }

  @Test
  void what_was_read_aloud_is_not_repeated_into_silence() {
    var call = scene.call("1");
    call.says("appointments");
    assertThat(call.keys("4711")).contains("Dr. Haddad");

    assertThat(call.hears(new Heard.Nothing()))
        .contains("I did not hear anything", "anything else")
        .doesNotContain("Haddad");
  }

  @Test
  void a_call_has_an_end() {
    var call = scene.call("1");
    String last = "";
    for (int i = 0; i < Call.MAX_TURNS && !last.contains("Goodbye"); i++) {
      last = call.says("repeat");
    }

    assertThat(last).contains("the end of the time for one call");
    call.hangsUp();
  }

  @Test
  void what_a_caller_answers_is_in_no_journal() {
    var call = scene.call("1");
    call.says("appointments 4712");
    call.keys("4711");
    call.says("my secret is 4713");

    assertThat(scene.journal())
        .contains("1 caller: APPOINTMENTS", "1 caller: •••", "Your PIN, please.")
        .doesNotContain("4711", "4712", "4713", "Haddad");
  }
}
