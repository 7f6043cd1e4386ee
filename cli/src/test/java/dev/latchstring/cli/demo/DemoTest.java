package dev.latchstring.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.cli.LatchProcess;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** The demo as somebody runs it on the first day. */
@Execution(ExecutionMode.CONCURRENT)
class DemoTest {
  @TempDir Path home;

  @Test
  void it_tells_the_whole_journey_and_ends_with_0() throws Exception {
    try (LatchProcess demo = LatchProcess.start(home, "demo")) {
      assertThat(demo.end()).as(demo.err() + demo.out()).isZero();
      assertThat(demo.err()).isEmpty();
      assertThat(demo.out())
          .contains("401 Unauthorized")
          .contains("WWW-Authenticate: Bearer")
          .containsPattern("Enter  [A-Z]{4}-[A-Z]{4}")
          .contains("presses \"Allow\"")
          .contains("page \"Allowed\"")
          .contains("find_appointments, book_appointment")
          .contains("insufficient_scope")
          .contains("A-1001")
          .contains("Ankle: last look")
          .contains("revoked, and forgotten here")
          .contains("A patient telephones the clinic")
          .contains("That did not match.")
          .contains("read_medical_record needs", "urn:latchstring:acr:knowledge-otp")
          .contains("amlodipine 5 mg")
          .contains("token revoked, nothing kept")
          .contains("Both servers are stopped, their files deleted.")
          .doesNotContain("eyJ");
      String directory = demo.out().replaceAll("(?s).*SQLite, (\\S+).*", "$1");
      assertThat(Path.of(directory)).doesNotExist();
    }
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void interactive_it_shows_the_code_and_waits_and_sigterm_ends_it_in_order() throws Exception {
    try (LatchProcess demo =
        LatchProcess.start(home, "demo", "--interactive", "--keep", "--json")) {
      assertThat(code(demo, 1)).matches("[A-Z]{4}-[A-Z]{4}");
      assertThat(note(demo, "Open   ")).matches("http://localhost:\\d+/device");
      demo.signal("TERM");
      assertThat(demo.end()).isZero();
      assertThat(demo.err()).doesNotContain("Exception");
    }
  }

  private static String code(LatchProcess demo, int login) throws Exception {
    dev.latchstring.testing.Await.until(
        "code " + login, () -> demo.out().split("Enter {2}", -1).length > login);
    return note(demo, "Enter  ");
  }

  private static String note(LatchProcess demo, String prefix) throws IOException {
    String last = "";
    for (String line : demo.out().lines().toList()) {
      for (JsonNode note : Json.readTree(line).path("notes")) {
        String text = note.asString("");
        last = text.startsWith(prefix) ? text.substring(prefix.length()) : last;
      }
    }
    return last;
  }

  @Test
  void a_taken_port_ends_with_9() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ran ran = new Latched(home).run("demo", "--port", "" + taken.getLocalPort());
      assertThat(ran.status()).as(ran.transcript()).isEqualTo(9);
      assertThat(ran.err())
          .isEqualTo(
              """
              error: port %d is taken by another program, or not allowed
              hint: choose another with --port N, or leave the option out for a free one
              """
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void the_played_person_says_when_a_code_is_not_accepted() {
    try (TwoServers servers = new TwoServers()) {
      assertThatThrownBy(() -> servers.decide("alice", "BBBB-BBBB", "allow"))
          .isInstanceOf(IOException.class)
          .hasMessage("the page did not accept the code BBBB-BBBB");
    }
  }

  @Test
  void what_is_pasted_into_a_host_starts_the_bridge() {
    URI server = URI.create("http://localhost:9100/mcp");
    var hosts = HostConfigurations.of("/opt/my tools/latch", "clinic", server);
    assertThat(hosts)
        .extracting(HostConfigurations.HostConfiguration::host)
        .containsExactly(
            "Claude Code",
            "Claude Desktop",
            "VS Code",
            "Cursor",
            "Codex",
            "Gemini CLI",
            "Copilot CLI");
    for (var host : hosts) {
      String text = String.join("\n", host.lines());
      if (text.startsWith("{")) {
        JsonNode clinic = Json.readTree(text).iterator().next().path("clinic");
        assertThat(clinic.path("command").asString("")).isEqualTo("/opt/my tools/latch");
        assertThat(clinic.path("args").path(0).asString("")).isEqualTo("connect");
        assertThat(clinic.path("args").path(1).asString("")).isEqualTo(server.toString());
      }
    }
    assertThat(hosts.getFirst().lines())
        .isEqualTo(List.of("claude mcp add clinic -- '/opt/my tools/latch' connect " + server));
    assertThat(hosts.get(4).lines())
        .isEqualTo(
            List.of(
                "[mcp_servers.clinic]",
                "command = \"/opt/my tools/latch\"",
                "args = [\"connect\", \"http://localhost:9100/mcp\"]"));
  }

  @Test
  void forms_are_read_as_a_browser_reads_them() {
    HtmlForm form =
        HtmlForm.ofMain(
            URI.create("http://localhost/a/b"),
            """
            <form action="/elsewhere"><input name="x" value="no"></form>
            <main><form method="post" action="../go?x=1&amp;y=2">
            <input type="hidden" name="form_token" value="a&quot;b">
            <input name="username" type="text" required><input type="password" name="password">
            <button name="decision" value="deny">Deny</button>
            <button name="decision" value="allow"><strong>Al</strong>low</button></form></main>
            """);
    assertThat(form).isNotNull();
    assertThat(form.action()).isEqualTo(URI.create("http://localhost/go?x=1&y=2"));
    assertThat(form.fields()).containsEntry("form_token", "a\"b").containsEntry("username", "");
    assertThat(form.passwords()).containsExactly("password");
    assertThat(form.buttons()).extracting(HtmlForm.Button::label).containsExactly("Deny", "Allow");
    assertThat(form.toString()).doesNotContain("a\"b");
    assertThat(Files.exists(Path.of("/nowhere"))).isFalse();
  }
}
