package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.connect.TestHost;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Programs that crash, babble, stay silent or do not stop, and what they see of us. */
@Execution(ExecutionMode.CONCURRENT)
class ProgramProcessTest {
  private static final String SECRET = "s3cr3t-t0ken-of-the-test";

  @TempDir private Path folder;

  @ParameterizedTest(name = "a {0} host and a program that speaks {1}")
  @CsvSource({
    "session, session",
    "session, stateless modern",
    "session, stateless",
    "stateless, session",
    "stateless, stateless modern"
  })
  void every_era_of_host_and_program_gets_through(String host, String ways) throws Exception {
    String[] given = ways.equals("session") ? new String[0] : ways.split(" ");
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder, given)) {
      String arguments = "\"name\":\"token\",\"arguments\":{}";
      JsonNode answer;
      if (host.equals("session")) {
        run.session();
        answer = run.host().call("tools/call", "{" + arguments + "}");
      } else {
        JsonNode found = run.host().call("server/discover", TestHost.stateless("", "{}"));
        assertThat(found.path("result").has("supportedVersions")).isTrue();
        answer = run.host().call("tools/call", TestHost.stateless(arguments, "{}"));
        assertThat(answer.path("result").path("resultType").asString()).isEqualTo("complete");
      }
      assertThat(TestHost.textOf(answer)).isEqualTo(SECRET);
    }
  }

  @Test
  void a_killed_program_leaves_a_doubt_and_the_next_call_gets_another() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder).session()) {
      JsonNode answer = run.call("die", "{}");
      assertThat(answer.path("error").path("code").asInt()).isEqualTo(-31502);
      assertThat(answer.path("error").path("message").asString())
          .contains("java", "signal 9", "not known whether it acted");
      assertThat(run.text("token")).isEqualTo(SECRET);
      assertThat(run.diary("call die")).hasSize(1);
      assertThat(run.diary("start")).hasSize(2);
    }
  }

  @Test
  void a_program_that_always_fails_is_started_less_and_less_and_then_not() throws Exception {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "echo start >> \"$0\"; echo no license $TEST_TOKEN >&2; exit 3",
            folder.resolve("starts").toString());
    try (RunningHost run =
        RunningHost.ofCommand(new HandedTokens(SECRET), folder, command).session()) {
      JsonNode first = run.call("token", "{}");
      assertThat(first.path("error").path("message").asString())
          .contains("sh ended with status 3", "no license [token]")
          .doesNotContain(SECRET);
      String last = "";
      for (int i = 0; i < Restarts.LIMIT + 2; i++) {
        last = run.call("token", "{}").path("error").path("message").asString();
      }
      assertThat(last).contains("times in a row");
      assertThat(Files.readAllLines(folder.resolve("starts"))).hasSize(Restarts.LIMIT);
    }
  }

  @Test
  void what_is_no_message_goes_to_standard_error_without_the_token() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder, "garbage").session()) {
      assertThat(run.text("token")).isEqualTo(SECRET);
      Await.until("the cut line", () -> run.err().contains("(cut)"));
      assertThat(run.err())
          .contains("Listening on stdio with [token]", "my token is [token]")
          .doesNotContain(SECRET)
          .hasSizeLessThan(50_000);
    }
  }

  @Test
  void a_flood_of_lines_that_are_no_messages_is_cut_off() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder, "flood").session()) {
      assertThat(run.text("token")).isEqualTo(SECRET);
      assertThat(run.err().lines().filter(line -> line.contains("not a message")).count())
          .isEqualTo(ChildSession.MAX_STRAY);
    }
  }

  @Test
  void an_answer_that_is_too_long_is_told_to_whoever_waits() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder).session()) {
      assertThat(run.call("big", "{}").path("error").path("message").asString())
          .contains("more than 16777216 bytes");
      assertThat(run.text("token")).isEqualTo(SECRET);
    }
  }

  @Test
  void a_program_that_ignores_the_end_and_sigterm_is_killed() throws Exception {
    RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder, "stubborn").session();
    assertThat(run.text("token")).isEqualTo(SECRET);
    long before = System.nanoTime();
    run.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(60));
    assertThat(run.diary()).contains("end of input", "SIGTERM");
  }

  @Test
  void a_program_that_does_not_read_is_sent_no_more_than_it_may_owe() throws Exception {
    ChildProcess process =
        ChildProcess.start(
            List.of("sleep", "30"),
            Map.of("PATH", System.getenv("PATH")),
            SECRET,
            System.err,
            new ChildProcess.Receiver() {
              @Override
              public void line(LineReader.Line line) {
                throw new AssertionError("it says nothing");
              }

              @Override
              public void ended() {
                // As it has to.
              }
            });
    try {
      byte[] line = new byte[1 << 20];
      int sent = 0;
      while (process.send(line)) {
        sent++;
      }
      assertThat(sent).isBetween(1, (int) (ChildProcess.MAX_WAITING_BYTES >> 20) + 1);
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.stop();
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void a_cancelled_request_is_cancelled_at_the_program() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder).session()) {
      int waiting = run.send("wait", "{\"file\":\"%s\"}".formatted(folder.resolve("never")));
      run.awaitDiary("call wait " + SECRET);
      run.host().notify("notifications/cancelled", "{\"requestId\":%d}".formatted(waiting));
      Await.until("the cancellation", () -> !run.diary("notifications/cancelled").isEmpty());
    }
  }

  @Test
  void a_question_of_the_program_reaches_the_host() throws Exception {
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), folder).session()) {
      int id = run.send("ask", "{}");
      run.host().answer(run.host().told("roots/list"), "{\"roots\":[]}");
      assertThat(TestHost.textOf(run.host().response(id))).isEqualTo("asked");
    }
  }

  @Test
  void the_program_sees_its_token_and_no_other_secret() throws Exception {
    Map<String, String> secrets =
        Map.of(
            "LATCH_STORE_KEY", "x",
            "LATCH_HOME", "/nowhere",
            "GITHUB_TOKEN", "x",
            "OPENAI_API_KEY", "x",
            "DB_PASSWORD", "x",
            "JIRA_URL", "https://jira.example.com");
    try (RunningHost run = RunningHost.of(new HandedTokens(SECRET), secrets, folder).session()) {
      List<String> names = List.of(run.text("environment").split(" "));
      assertThat(names)
          .contains("TEST_TOKEN", "JIRA_URL", "PATH")
          .doesNotContain(
              "LATCH_STORE_KEY", "LATCH_HOME", "GITHUB_TOKEN", "OPENAI_API_KEY", "DB_PASSWORD");
      assertThat(run.text("arguments")).doesNotContain(SECRET);
      List<Path> written = new ArrayList<>();
      Await.until(
          "the list that is kept",
          () -> {
            run.host().call("tools/list", "{}");
            return Files.isDirectory(folder.resolve("cache"));
          });
      try (var files = Files.walk(folder.resolve("cache"))) {
        files.filter(Files::isRegularFile).forEach(written::add);
      }
      for (Path file : written) {
        assertThat(Files.readString(file)).doesNotContain(SECRET);
      }
    }
  }

  @Test
  void a_program_that_closes_its_output_is_told_as_that() throws Exception {
    List<String> command = List.of("sh", "-c", "exec >&-; sleep 30");
    try (RunningHost run =
        RunningHost.ofCommand(new HandedTokens(SECRET), folder, command).session()) {
      assertThat(run.call("token", "{}").path("error").path("message").asString())
          .contains("has closed its output");
    }
  }

  @Test
  void the_last_known_answer_is_given_before_there_is_a_token() throws Exception {
    HandedTokens tokens = new HandedTokens(SECRET);
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      run.host().call("tools/list", "{}");
      Await.until("the list that is kept", () -> Files.isDirectory(folder.resolve("cache")));
    }
    tokens.logOut();
    try (RunningHost run = RunningHost.of(tokens, folder).session()) {
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}")))
          .contains(Protocol.LOGIN_TOOL, "token");
      assertThat(run.diary("start")).hasSize(1);
    }
  }
}
