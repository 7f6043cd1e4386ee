package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.connect.TestHost;
import dev.latchstring.client.AccessToken;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** A program gets another process when the token must change: once, and between requests. */
@Execution(ExecutionMode.CONCURRENT)
class TokenChangeTest {
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir private Path folder;

  private static Instant in(Duration time) {
    return Clock.systemUTC().instant().plus(time);
  }

  private String gate() {
    return "{\"file\":\"%s\"}".formatted(folder.resolve("gate"));
  }

  private void openGate() throws Exception {
    Files.createFile(folder.resolve("gate"));
  }

  @Test
  void a_program_has_the_token_in_its_environment_and_keeps_its_process() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens("one"), folder).session()) {
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}")))
          .contains("token", "wait")
          .doesNotContain("latch_login");
      assertThat(run.text("token")).isEqualTo("one");
      assertThat(run.text("token")).isEqualTo("one");
      assertThat(run.diary("start")).hasSize(1);
      assertThat(run.diary("initialize")).containsExactly("initialize test-host");
      run.awaitDiary("notifications/initialized ");
    }
  }

  @Test
  void with_a_fresher_token_the_process_goes_on_until_nothing_is_in_work() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    tokens.hand("one", in(LONG));
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      int waiting = run.send("wait", gate());
      run.awaitDiary("call wait one");
      tokens.hand("two", in(LONG));
      assertThat(run.text("token")).isEqualTo("one");
      openGate();
      assertThat(TestHost.textOf(run.host().response(waiting))).isEqualTo("one");
      run.awaitDiary("start two");
      assertThat(run.text("token")).isEqualTo("two");
      assertThat(run.diary("start")).containsExactly("start one", "start two");
      assertThat(run.diary("initialize")).hasSize(2);
    }
  }

  @Test
  void with_a_token_that_ends_new_requests_wait_and_are_sent_once() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    tokens.hand("one", in(Duration.ofSeconds(4)));
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      int waiting = run.send("wait", gate());
      run.awaitDiary("call wait one");
      tokens.hand("two", in(LONG));
      List<Integer> queued =
          List.of(run.send("token", "{}"), run.send("token", "{}"), run.send("token", "{}"));
      assertThat(run.host().call("ping", "{}").has("result")).isTrue();
      assertThat(run.diary("call token")).isEmpty();
      openGate();
      assertThat(TestHost.textOf(run.host().response(waiting))).isEqualTo("one");
      for (int id : queued) {
        assertThat(TestHost.textOf(run.host().response(id))).isEqualTo("two");
      }
      assertThat(run.diary("call wait")).hasSize(1);
      assertThat(run.diary("call token"))
          .containsExactly("call token two", "call token two", "call token two");
      assertThat(run.diary("start")).containsExactly("start one", "start two");
    }
  }

  @Test
  void the_process_of_another_person_serves_nobody() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      int waiting = run.send("wait", gate());
      run.awaitDiary("call wait one");
      tokens.handTo("bob", "bobs");
      int queued = run.send("token", "{}");
      assertThat(run.host().call("ping", "{}").has("result")).isTrue();
      assertThat(run.diary("call token")).isEmpty();
      openGate();
      run.host().response(waiting);
      assertThat(TestHost.textOf(run.host().response(queued))).isEqualTo("bobs");
    }
  }

  @Test
  void many_requests_at_once_restart_it_once() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      assertThat(run.text("token")).isEqualTo("one");
      tokens.hand("two");
      List<Integer> sent = new java.util.ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sent.add(run.send("token", "{}"));
      }
      for (int id : sent) {
        assertThat(TestHost.textOf(run.host().response(id))).isEqualTo("two");
      }
      assertThat(run.diary("start")).containsExactly("start one", "start two");
      assertThat(run.diary("call token two")).hasSize(40);
    }
  }

  @Test
  void a_token_is_changed_ahead_of_time_though_nobody_asks() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    tokens.hand("one", in(Duration.ofSeconds(25)));
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      assertThat(run.text("token")).isEqualTo("one");
      tokens.hand("two", in(LONG));
      run.awaitDiary("start two");
    }
  }

  @Test
  void whoever_logs_out_takes_the_token_from_the_program() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    tokens.hand("one", in(Duration.ofSeconds(25)));
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      assertThat(run.text("token")).isEqualTo("one");
      tokens.logOut();
      run.awaitDiary("end of input");
      JsonNode answer = run.call("token", "{}");
      assertThat(answer.path("result").path("isError").asBoolean()).isTrue();
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}"))).contains("latch_login");
    }
  }

  @Test
  void the_next_process_is_told_what_the_first_was_told() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      run.host().call("logging/setLevel", "{\"level\":\"warning\"}");
      run.host().call("resources/subscribe", "{\"uri\":\"file:///a\"}");
      run.host().call("resources/subscribe", "{\"uri\":\"file:///b\"}");
      run.host().call("resources/unsubscribe", "{\"uri\":\"file:///a\"}");
      tokens.hand("two");
      assertThat(run.text("token")).isEqualTo("two");
      List<String> diary = run.diary();
      List<String> second = diary.subList(diary.indexOf("start two"), diary.size());
      assertThat(second)
          .contains("logging/setLevel warning", "resources/subscribe file:///b")
          .doesNotContain("resources/subscribe file:///a");
    }
  }

  @Test
  void the_next_process_of_the_stateless_era_is_listened_to_again() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    try (RunningHost run = RunningHost.of(tokens, folder, "stateless", "modern")) {
      String call = TestHost.stateless("\"name\":\"token\",\"arguments\":{}", "{}");
      assertThat(TestHost.textOf(run.host().call("tools/call", call))).isEqualTo("one");
      run.host()
          .send(
              "subscriptions/listen",
              TestHost.stateless("\"notifications\":{\"toolsListChanged\":true}", "{}"));
      run.host().told("notifications/subscriptions/acknowledged");
      String listening = "subscriptions/listen {\"toolsListChanged\":true}";
      run.awaitDiary(listening);
      tokens.hand("two");
      assertThat(TestHost.textOf(run.host().call("tools/call", call))).isEqualTo("two");
      Await.until("the second listening", () -> run.diary(listening).size() == 2);
    }
  }

  @Test
  void the_host_hears_of_lists_that_differ_and_of_no_others() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    try (RunningHost run = RunningHost.of(tokens, folder, "varied").session()) {
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}"))).contains("with-one");
      tokens.hand("two");
      assertThat(run.text("token")).isEqualTo("two");
      run.host().told("notifications/tools/list_changed");
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}"))).contains("with-two");
      assertThat(run.host().has(m -> m.path("method").asString("").contains("resources")))
          .isFalse();
    }
  }

  @Test
  void a_tool_that_sounds_refused_has_the_token_renewed_once() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      assertThat(run.call("refused", "{}").path("result").path("isError").asBoolean()).isTrue();
      run.awaitDiary("start one-renewed");
      assertThat(run.text("token")).isEqualTo("one-renewed");
      assertThat(tokens.rejections()).isEqualTo(1);
      assertThat(run.diary("call refused")).hasSize(1);
    }
  }

  @Test
  void a_program_that_wants_more_scope_leads_to_a_login() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens("one"), folder).session()) {
      JsonNode answer = run.call("need", "{\"scope\":\"repo\"}");
      JsonNode auth = answer.path("result").path("_meta").path("dev.latchstring/auth");
      assertThat(auth.path("status").asInt()).isEqualTo(403);
      assertThat(auth.path("scope").asString()).isEqualTo("repo");
      assertThat(TestHost.textOf(answer)).contains("no login here");
    }
  }

  @Test
  void a_bound_token_is_not_handed_over() throws Exception {
    HandedTokens tokens = new HandedTokens("one");
    DpopProofs key =
        new DpopProofs(
            DpopProofs.newKey(new SecureRandom()), Clock.systemUTC(), new SecureRandom());
    tokens.hand(new AccessToken("bound", AccessToken.DPOP, tokens.server(), Scope.NONE, null, key));
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      JsonNode answer = run.call("token", "{}");
      assertThat(answer.path("error").path("message").asString()).contains("bound to a key");
      assertThat(run.diary()).isEmpty();
    }
  }
}
