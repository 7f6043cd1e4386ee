package dev.latchstring.e2e.kit;

import static dev.latchstring.e2e.kit.NotesServer.BOTH;
import static dev.latchstring.e2e.kit.NotesServer.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.kit.Mode;
import dev.latchstring.mcpserver.login.StatelessLogin;
import dev.latchstring.testing.StdioHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** The stdio login kit with hosts of 2026-07-28, on a server whose SDK knows sessions alone. */
@Execution(ExecutionMode.CONCURRENT)
class StatelessKitTest {
  private static final String READ = "\"name\":\"read_notes\",\"arguments\":{}";

  @TempDir private static Path data;
  private static NotesServer notes;

  @BeforeAll
  static void start() throws Exception {
    notes = new NotesServer(data);
  }

  @AfterAll
  static void stop() {
    notes.close();
  }

  @Test
  void the_server_is_discovered_and_a_call_is_answered_input_required_until_there_is_a_login()
      throws Exception {
    try (StdioHost host = notes.host(login -> {})) {
      JsonNode discovered =
          host.call("server/discover", StdioHost.stateless("", BOTH)).path("result");
      assertThat(discovered.path("supportedVersions").toString()).contains("2026-07-28");
      assertThat(
              discovered
                  .path("_meta")
                  .path("io.modelcontextprotocol/serverInfo")
                  .path("name")
                  .asString())
          .isEqualTo("notes");
      JsonNode open = host.call("tools/call", StdioHost.stateless("\"name\":\"about\"", BOTH));
      assertThat(StdioHost.textOf(open)).isEqualTo("notes");

      JsonNode answer = logIn(host, READ);
      assertThat(StdioHost.textOf(answer)).startsWith("200 notes:read");
      assertThat(answer.path("result").path("resultType").asString()).isEqualTo("complete");
    }
  }

  @Test
  void a_step_up_in_the_middle_of_a_call_parks_it_and_does_nothing_twice() throws Exception {
    try (StdioHost host = notes.host(login -> {})) {
      logIn(host, READ);
      int before = notes.api().writes();
      String write = "\"name\":\"write_unannounced\",\"arguments\":{}";
      JsonNode first = host.call("tools/call", StdioHost.stateless(write, BOTH)).path("result");
      assertThat(first.path("resultType").asString()).isEqualTo("input_required");
      JsonNode question = first.path("inputRequests").iterator().next();
      String key = first.path("inputRequests").propertyNames().iterator().next();
      notes.approve(question.path("params").path("message").asString());
      JsonNode answer =
          host.call(
              "tools/call", retried(write, key, "accept", first.path("requestState").asString()));
      assertThat(StdioHost.textOf(answer)).startsWith("200 notes:write");
      assertThat(notes.api().writes()).isEqualTo(before + 1);
    }
  }

  @Test
  void no_list_changes_because_of_a_login_in_memory() throws Exception {
    try (StdioHost host = notes.host(login -> login.mode(Mode.TOOL))) {
      JsonNode before = host.call("tools/list", StdioHost.stateless("", BOTH));
      assertThat(StdioHost.toolsOf(before))
          .contains("read_notes", "write_note", "auth_login")
          .doesNotContain("auth_switch_account");
      assertThat(before.path("result").path("ttlMs").asInt(-1)).isZero();
      assertThat(before.path("result").path("cacheScope").asString()).isEqualTo("private");
      logIn(host, READ);
      JsonNode after = host.call("tools/list", StdioHost.stateless("", BOTH));
      assertThat(StdioHost.toolsOf(after)).isEqualTo(StdioHost.toolsOf(before));
    }
  }

  @Test
  void an_eager_login_asks_nobody_outside_a_request() throws Exception {
    try (StdioHost host = notes.host(login -> login.mode(Mode.EAGER))) {
      host.call("server/discover", StdioHost.stateless("", BOTH));
      host.call("tools/list", StdioHost.stateless("", BOTH));
      JsonNode first = host.call("tools/call", StdioHost.stateless(READ, BOTH)).path("result");
      assertThat(first.path("resultType").asString()).isEqualTo("input_required");
      assertThat(host.has(m -> m.has("method") && m.has("id")))
          .as("a request to the host")
          .isFalse();
    }
  }

  @Test
  void nothing_switches_the_account_of_a_host_without_a_session() throws Exception {
    try (StdioHost host = notes.host(login -> {})) {
      JsonNode refused =
          host.call(
              "tools/call",
              StdioHost.stateless(
                  "\"name\":\"auth_switch_account\",\"arguments\":{\"account\":\"work\"}", NONE));
      assertThat(refused.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(refused)).contains("dev.latchstring/account");
    }
  }

  @Test
  void a_state_is_good_for_the_request_it_was_given_to_and_no_other() throws Exception {
    try (StdioHost host = notes.host(login -> {})) {
      JsonNode first = host.call("tools/call", StdioHost.stateless(READ, BOTH)).path("result");
      String state = first.path("requestState").asString();
      JsonNode other =
          host.call(
              "tools/call",
              retried(
                  "\"name\":\"write_note\",\"arguments\":{}",
                  StatelessLogin.CODE,
                  "accept",
                  state));
      assertThat(other.path("error").path("code").asInt()).isEqualTo(-32602);
      JsonNode bent =
          host.call("tools/call", retried(READ, StatelessLogin.CODE, "accept", state + "A"));
      assertThat(bent.path("error").path("code").asInt()).isEqualTo(-32602);
    }
    String foreign;
    try (StdioHost one = notes.host(login -> {})) {
      foreign =
          one.call("tools/call", StdioHost.stateless(READ, BOTH))
              .path("result")
              .path("requestState")
              .asString();
    }
    try (StdioHost two = notes.host(login -> {})) {
      JsonNode refused =
          two.call("tools/call", retried(READ, StatelessLogin.CODE, "accept", foreign));
      assertThat(refused.path("error").path("code").asInt()).isEqualTo(-32602);
    }
  }

  @Test
  void a_login_that_the_user_wants_kept_outlives_the_server_and_is_plain_nowhere(@TempDir Path home)
      throws Exception {
    Map<String, String> environment =
        Map.of("LATCH_LOGIN_KEEP", "true", "LATCH_HOME", home.toString(), "LATCH_STORE", "file");
    try (StdioHost host = notes.host(login -> login.environment(environment))) {
      logIn(host, READ);
    }
    try (StdioHost host = notes.host(login -> login.environment(environment))) {
      JsonNode answer = host.call("tools/call", StdioHost.stateless(READ, BOTH));
      assertThat(StdioHost.textOf(answer)).startsWith("200 notes:read");
    }
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain("notes:read", "access_token", "eyJ");
      }
    }
    try (StdioHost host = notes.host(login -> {})) {
      JsonNode other = host.call("tools/call", StdioHost.stateless(READ, BOTH));
      assertThat(other.path("result").path("resultType").asString()).isEqualTo("input_required");
    }
  }

  static JsonNode logIn(StdioHost host, String call) throws Exception {
    JsonNode first = host.call("tools/call", StdioHost.stateless(call, BOTH)).path("result");
    assertThat(first.path("resultType").asString()).isEqualTo("input_required");
    notes.approve(
        first
            .path("inputRequests")
            .path(StatelessLogin.CODE)
            .path("params")
            .path("message")
            .asString());
    JsonNode second =
        host.call(
                "tools/call",
                retried(call, StatelessLogin.CODE, "accept", first.path("requestState").asString()))
            .path("result");
    assertThat(second.path("inputRequests").has(StatelessLogin.CONFIRMATION)).isTrue();
    return host.call(
        "tools/call",
        retried(
            call, StatelessLogin.CONFIRMATION, "accept", second.path("requestState").asString()));
  }

  private static String retried(String call, String question, String action, String state) {
    return StdioHost.stateless(
        call
            + ",\"requestState\":\"%s\",\"inputResponses\":{\"%s\":{\"action\":\"%s\"}}"
                .formatted(state, question, action),
        BOTH);
  }
}
