package dev.latchstring.e2e.kit;

import static dev.latchstring.e2e.kit.NotesServer.BOTH;
import static dev.latchstring.e2e.kit.NotesServer.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.kit.Mode;
import dev.latchstring.testing.StdioHost;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The stdio login kit, with a real authorization server, a real API and the real pages. */
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

  static String tool(String name, String arguments) {
    return "{\"name\":\"%s\",\"arguments\":%s}".formatted(name, arguments);
  }

  static void logIn(StdioHost host) throws Exception {
    JsonNode prompt =
        host.await("prompt", m -> m.path("params").path("mode").asString("").equals("url"));
    notes.approve(prompt.path("params").path("message").asString());
    host.answer(
        host.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
        "{\"action\":\"accept\",\"content\":{}}");
  }
}
