package dev.latchstring.e2e.kit;

import static dev.latchstring.e2e.kit.NotesServer.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.testing.StdioHost;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Several accounts of one API, and several APIs behind one server. */
class KitAccountsTest {
  private static final String SESSION = "2025-11-25";

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
  void a_request_names_the_account_it_means_and_each_has_its_own_person() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, NONE)) {
      logIn(host, "home", "alice");
      logIn(host, "work", "bob");
      String home = StdioHost.textOf(host.call("tools/call", read("home")));
      String work = StdioHost.textOf(host.call("tools/call", read("work")));
      assertThat(home).startsWith("200 notes:read by ");
      assertThat(work).startsWith("200 notes:read by ").isNotEqualTo(home);

      String status = StdioHost.textOf(host.call("tools/call", tool("auth_status", "{}")));
      assertThat(status).contains("“home”", "alice", "“work”", "bob", "(current)");

      host.call("tools/call", tool("auth_switch_account", "{\"account\":\"work\"}"));
      assertThat(StdioHost.textOf(host.call("tools/call", tool("read_notes", "{}"))))
          .isEqualTo(work);

      host.call("tools/call", tool("auth_logout", "{\"account\":\"work\"}"));
      assertThat(StdioHost.textOf(host.call("tools/call", tool("read_notes", "{}"))))
          .contains("A login is needed");
      assertThat(StdioHost.textOf(host.call("tools/call", read("home")))).isEqualTo(home);
    }
  }

  @Test
  void an_account_cannot_be_taken_over_by_another_person() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, NONE)) {
      logIn(host, "home", "alice");
      String text =
          StdioHost.textOf(
              host.call(
                  "tools/call",
                  "{\"name\":\"write_note\",\"arguments\":{},\"_meta\":{\"dev.latchstring/account\":\"home\"}}"));
      notes.decide(text, "bob", "allow");
      JsonNode refused = host.call("tools/call", tool("auth_login", "{\"account\":\"home\"}"));
      assertThat(StdioHost.textOf(refused)).doesNotContain("bob is logged in");
      String still = StdioHost.textOf(host.call("tools/call", tool("auth_status", "{}")));
      assertThat(still).contains("alice").doesNotContain("bob").doesNotContain("notes:write");
    }
  }

  @Test
  void names_that_cannot_be_accounts_are_refused() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, NONE)) {
      for (String bad :
          new String[] {"\"\"", "\"" + "x".repeat(65) + "\"", "\"a\\nb\"", "7", "{}"}) {
        JsonNode answer =
            host.call(
                "tools/call",
                "{\"name\":\"read_notes\",\"arguments\":{},\"_meta\":{\"dev.latchstring/account\":%s}}"
                    .formatted(bad));
        assertThat(answer.path("error").path("code").asInt()).as(bad).isEqualTo(-32602);
      }
    }
  }

  @Test
  void a_tool_uses_the_login_of_the_provider_it_names() throws Exception {
    String token = notes.tokenOf(notes.api().address(), "notes:read");
    Provider given = Provider.of("given", notes.api().address()).tokenFrom("GIVEN_TOKEN");
    ToolAuthorizer authorizer =
        ToolAuthorizer.builder(Requirement.scopes("notes:read"))
            .tool("write_note", Requirement.scopes("notes:read").provider("given"))
            .listing(ToolAuthorizer.Listing.REACHABLE)
            .build();
    StdioLogin.Builder builder =
        StdioLogin.builder(authorizer)
            .clientName("two providers")
            .provider(Provider.of("notes", notes.api().address()))
            .provider(given)
            .environment(Map.of("GIVEN_TOKEN", token));
    try (StdioHost host = notes.host(builder).initialize(SESSION, NONE)) {
      // The API refuses to write with that token, and nobody is asked for a login.
      assertThat(StdioHost.textOf(host.call("tools/call", tool("write_note", "{}"))))
          .contains("notes:write", "GIVEN_TOKEN");
      assertThat(StdioHost.textOf(host.call("tools/call", tool("read_notes", "{}"))))
          .contains("A login is needed");
      JsonNode unknown =
          host.call("tools/call", tool("auth_login", "{\"provider\":\"elsewhere\"}"));
      assertThat(StdioHost.textOf(unknown)).contains("there is no login called");
    }
  }

  @Test
  void an_issuer_that_cannot_be_reached_does_not_hold_up_the_host() throws Exception {
    StdioLogin.Builder builder =
        StdioLogin.builder(NotesServer.authorizer())
            .provider(Provider.of("gone", URI.create("http://localhost:1/api")))
            .environment(Map.of());
    try (StdioHost host = notes.host(builder).initialize(SESSION, NONE)) {
      assertThat(StdioHost.toolsOf(host.call("tools/list", "{}"))).contains("read_notes");
      JsonNode failed = host.call("tools/call", tool("read_notes", "{}"));
      assertThat(failed.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(failed)).contains("The login is not possible", "localhost:1");
    }
  }

  private static void logIn(StdioHost host, String account, String person) throws Exception {
    String arguments = "{\"account\":\"%s\"}".formatted(account);
    notes.decide(
        StdioHost.textOf(host.call("tools/call", tool("auth_login", arguments))), person, "allow");
    assertThat(StdioHost.textOf(host.call("tools/call", tool("auth_login", arguments))))
        .contains("Is that you?");
    host.call(
        "tools/call",
        tool("auth_login", "{\"account\":\"%s\",\"confirm\":true}".formatted(account)));
  }

  private static String read(String account) {
    return "{\"name\":\"read_notes\",\"arguments\":{},\"_meta\":{\"dev.latchstring/account\":\"%s\"}}"
        .formatted(account);
  }

  private static String tool(String name, String arguments) {
    return "{\"name\":\"%s\",\"arguments\":%s}".formatted(name, arguments);
  }
}
