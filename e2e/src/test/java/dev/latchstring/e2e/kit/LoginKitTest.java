package dev.latchstring.e2e.kit;

import static dev.latchstring.e2e.kit.NotesServer.BOTH;
import static dev.latchstring.e2e.kit.NotesServer.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.kit.Mode;
import dev.latchstring.testing.StdioHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * The stdio login kit with hosts that have a session, with a real authorization server, a real API
 * and the real pages.
 */
@Execution(ExecutionMode.CONCURRENT)
class LoginKitTest {
  private static final String SESSION = "2025-11-25";
  private static final String READ = "{\"name\":\"read_notes\",\"arguments\":{}}";

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
  void lazily_the_first_call_that_needs_a_login_begins_it() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}")))
          .contains("read_notes", "write_note", "about", "auth_login", "auth_status");
      assertThat(StdioHost.textOf(host.call("tools/call", "{\"name\":\"about\"}")))
          .isEqualTo("notes");
      int id = host.send("tools/call", READ);
      logIn(host);
      assertThat(StdioHost.textOf(host.response(id))).startsWith("200 notes:read by");
    }
  }

  @Test
  void a_host_that_cannot_be_asked_gets_the_code_and_confirms_by_the_tool() throws Exception {
    try (StdioHost host = notes.host(login -> login.mode(Mode.TOOL)).initialize(SESSION, NONE)) {
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}")))
          .containsExactlyInAnyOrder(
              "about", "auth_login", "auth_status", "auth_logout", "auth_switch_account");
      String text = StdioHost.textOf(host.call("tools/call", tool("auth_login", "{}")));
      assertThat(text).contains("the notes server", "auth_login");
      notes.approve(text);
      assertThat(StdioHost.textOf(host.call("tools/call", tool("auth_login", "{}"))))
          .contains("Is that you?");
      host.call("tools/call", tool("auth_login", "{\"confirm\":true}"));
      host.told("notifications/tools/list_changed");
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}"))).contains("read_notes");
      assertThat(StdioHost.textOf(host.call("tools/call", READ))).startsWith("200 ");
      assertThat(StdioHost.textOf(host.call("tools/call", tool("auth_logout", "{}"))))
          .contains("revoked");
      host.told("notifications/tools/list_changed");
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}"))).doesNotContain("read_notes");
    }
  }

  @Test
  void what_a_tool_requires_beyond_the_login_is_asked_for_together_with_what_there_is()
      throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int read = host.send("tools/call", READ);
      logIn(host);
      host.response(read);
      int before = notes.api().writes();
      int write = host.send("tools/call", tool("write_note", "{}"));
      logInAgain(host);
      assertThat(StdioHost.textOf(host.response(write))).startsWith("200 notes:write by");
      assertThat(notes.api().writes()).isEqualTo(before + 1);
      assertThat(StdioHost.textOf(host.call("tools/call", tool("auth_status", "{}"))))
          .contains("alice", "notes:read", "notes:write");
      assertThat(StdioHost.textOf(host.call("tools/call", READ))).startsWith("200 notes:read");
    }
  }

  @Test
  void what_the_api_wants_in_the_middle_of_a_call_is_asked_for_there() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int read = host.send("tools/call", READ);
      logIn(host);
      host.response(read);
      int write = host.send("tools/call", tool("write_unannounced", "{}"));
      logInAgain(host);
      assertThat(StdioHost.textOf(host.response(write))).startsWith("200 notes:write by");
    }
  }

  @Test
  void a_login_in_the_middle_of_a_call_that_cannot_be_shown_is_an_error_with_the_code()
      throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, NONE)) {
      String text = StdioHost.textOf(host.call("tools/call", READ));
      notes.approve(text);
      assertThat(StdioHost.textOf(host.call("tools/call", READ))).contains("Is that you?");
      host.call("tools/call", tool("auth_login", "{\"confirm\":true}"));
      JsonNode refused = host.call("tools/call", tool("write_unannounced", "{}"));
      assertThat(refused.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(refused))
          .contains("more rights than there are so far: notes:write", "auth_login");
      assertThat(
              refused
                  .path("result")
                  .path("_meta")
                  .path("dev.latchstring/auth")
                  .path("scope")
                  .asString())
          .isEqualTo("notes:write");
    }
  }

  @Test
  void eagerly_the_login_is_shown_when_the_session_has_begun() throws Exception {
    try (StdioHost host = notes.host(login -> login.mode(Mode.EAGER)).initialize(SESSION, BOTH)) {
      logIn(host);
      host.told("notifications/tools/list_changed");
      assertThat(StdioHost.textOf(host.call("tools/call", READ))).startsWith("200 ");
    }
  }

  @Test
  void the_user_chooses_the_mode_in_the_environment() throws Exception {
    try (StdioHost host =
        notes
            .host(login -> login.environment(Map.of("LATCH_LOGIN_MODE", "tool")))
            .initialize(SESSION, NONE)) {
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}"))).doesNotContain("read_notes");
    }
  }

  @Test
  void calls_that_come_together_share_one_login_and_hear_of_its_progress() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int first =
          host.send(
              "tools/call",
              "{\"name\":\"read_notes\",\"arguments\":{},\"_meta\":{\"progressToken\":\"p1\"}}");
      List<Integer> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        others.add(host.send("tools/call", READ));
      }
      JsonNode progress = host.told("notifications/progress");
      assertThat(progress.path("params").path("progressToken").asString()).isEqualTo("p1");
      logIn(host);
      assertThat(StdioHost.textOf(host.response(first))).startsWith("200 ");
      for (int other : others) {
        assertThat(StdioHost.textOf(host.response(other))).startsWith("200 ");
      }
      assertThat(host.has(m -> m.path("method").asString("").equals("elicitation/create")))
          .as("another prompt")
          .isFalse();
    }
  }

  @Test
  void a_declined_login_is_an_error_and_the_next_call_may_begin_another() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int id = host.send("tools/call", READ);
      host.answer(host.told("elicitation/create"), "{\"action\":\"decline\"}");
      JsonNode refused = host.response(id);
      assertThat(refused.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(refused)).contains("declined");
      int again = host.send("tools/call", READ);
      logIn(host);
      assertThat(StdioHost.textOf(host.response(again))).startsWith("200 ");
    }
  }

  @Test
  void an_api_that_no_longer_takes_the_token_leads_to_a_login_and_a_refusal_of_that_is_told()
      throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int read = host.send("tools/call", READ);
      logIn(host);
      host.response(read);
      notes.api().refuseAll(true);
      try {
        int id = host.send("tools/call", READ);
        JsonNode prompt =
            host.await(
                "prompt or answer",
                m ->
                    m.path("params").path("mode").asString("").equals("url")
                        || m.path("id").asInt(-1) == id);
        notes.api().refuseAll(false);
        if (prompt.has("method")) {
          notes.approve(prompt.path("params").path("message").asString());
          assertThat(StdioHost.textOf(host.response(id))).startsWith("200 ");
        }
      } finally {
        notes.api().refuseAll(false);
      }
    }
  }

  @Test
  void a_token_of_the_environment_skips_the_login_and_hides_its_tools() throws Exception {
    String token = notes.tokenOf(notes.api().address(), "notes:read");
    try (StdioHost host =
        notes
            .host(login -> login.environment(Map.of("NOTES_TOKEN", token)).mode(Mode.TOOL))
            .initialize(SESSION, BOTH)) {
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}")))
          .contains("read_notes", "write_note")
          .doesNotContain("auth_login");
      assertThat(StdioHost.textOf(host.call("tools/call", READ))).startsWith("200 ");
      JsonNode refused = host.call("tools/call", tool("write_note", "{}"));
      assertThat(refused.path("error").path("code").asInt()).isEqualTo(-31403);
      assertThat(refused.path("error").path("data").path("dev.latchstring/auth").toString())
          .contains("notes:write");
      assertThat(host.has(m -> m.path("method").asString("").equals("elicitation/create")))
          .isFalse();
    }
  }

  @Test
  void a_token_of_the_environment_that_is_not_accepted_is_an_error_that_names_the_variable()
      throws Exception {
    try (StdioHost host =
        notes
            .host(login -> login.environment(Map.of("NOTES_TOKEN", "stale-and-opaque")))
            .initialize(SESSION, BOTH)) {
      JsonNode refused = host.call("tools/call", READ);
      assertThat(refused.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(refused)).contains("NOTES_TOKEN").doesNotContain("stale");
    }
  }

  @Test
  void teams_are_those_that_the_token_names() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int id = host.send("tools/call", tool("edit_all", "{}"));
      logIn(host);
      assertThat(StdioHost.textOf(host.response(id))).startsWith("200 ");
    }
  }

  @Test
  void a_host_that_starts_a_process_for_each_call_logs_in_over_several(@TempDir Path home)
      throws Exception {
    Map<String, String> environment =
        Map.of("LATCH_LOGIN_KEEP", "true", "LATCH_HOME", home.toString(), "LATCH_STORE", "file");
    notes.approve(callOnce(environment, tool("auth_login", "{}")));
    String who = callOnce(environment, tool("auth_login", "{}"));
    assertThat(who).contains("Is that you?", "\"approved_by\": \"alice\"");
    String wrong = tool("auth_login", "{\"confirm\":true,\"approved_by\":\"bob\"}");
    assertThat(callOnce(environment, wrong)).contains("Not confirmed", "alice");
    String blind = tool("auth_login", "{\"confirm\":true}");
    assertThat(callOnce(environment, blind)).contains("Is that you?");
    String right = tool("auth_login", "{\"confirm\":true,\"approved_by\":\"alice\"}");
    assertThat(callOnce(environment, right)).contains("Logged in");
    assertThat(callOnce(environment, READ)).startsWith("200 ");
  }

  private static String callOnce(Map<String, String> environment, String call) throws Exception {
    try (StdioHost host =
        notes.host(login -> login.environment(environment)).initialize(SESSION, NONE)) {
      return StdioHost.textOf(host.call("tools/call", call));
    }
  }

  static String tool(String name, String arguments) {
    return "{\"name\":\"%s\",\"arguments\":%s}".formatted(name, arguments);
  }

  private static void logIn(StdioHost host) throws Exception {
    logIn(host, notes);
  }

  static void logIn(StdioHost host, NotesServer approving) throws Exception {
    JsonNode prompt =
        host.await("prompt", m -> m.path("params").path("mode").asString("").equals("url"));
    approving.approve(prompt.path("params").path("message").asString());
    host.answer(who(host), "{\"action\":\"accept\",\"content\":{}}");
  }

  /** The same person, who is known by now. */
  static void logInAgain(StdioHost host) throws Exception {
    JsonNode prompt =
        host.await("prompt", m -> m.path("params").path("mode").asString("").equals("url"));
    notes.approve(prompt.path("params").path("message").asString());
  }

  static JsonNode who(StdioHost host) throws Exception {
    return host.await(
        "who", m -> m.path("params").path("message").asString("").contains("Is that"));
  }
}
