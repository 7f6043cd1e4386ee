package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsNode;
import java.nio.file.Files;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Other people's MCP hosts through {@code latch connect} to the protected clinic: the official
 * TypeScript SDK's client in either era, with and without elicitation, and the MCP Inspector.
 */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
class BridgedPeersTest {
  @TempDir private static Path folder;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(folder, "");
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  @ParameterizedTest(name = "{0} era, elicitation: {1}")
  @CsvSource({"session, url", "session, none", "stateless, url", "stateless, none", "auto, url"})
  void a_host_logs_in_inside_mcp_and_calls_the_server(String era, String elicitation)
      throws Exception {
    try (PeerProcess host =
        NodePeers.start(newHome(), "typescript-sdk.mjs", hostArguments(era, elicitation))) {
      JsonNode connected = host.next("connected");
      if (!era.equals("auto")) {
        assertThat(connected.get("era").asString()).isEqualTo(era);
      }
      JsonNode prompt = host.next("approve");
      assertThat(prompt.get("via").asString())
          .isEqualTo(elicitation.equals("url") ? "elicitation" : "tool");
      Person.approves(clinic.issuer(), prompt);
      assertThat(host.next("called").get("content").toString()).contains("Moreau");
      host.finish();
    }
  }

  @Test
  void the_inspector_lists_and_calls_with_a_stored_login() throws Exception {
    Map<String, String> home = newHome();
    login(home);
    assertThat(inspect(home, "--method", "tools/list")).contains("find_appointments");
    assertThat(
            inspect(
                home,
                "--method",
                "tools/call",
                "--tool-name",
                "find_appointments",
                "--tool-arg",
                "patient=Alice Moreau"))
        .contains("Moreau");
  }

  @Test
  void the_inspector_without_a_login_is_shown_how_to_get_one() throws Exception {
    assertThat(inspect(newHome(), "--method", "tools/list")).contains("latch_login");
  }

  private static void login(Map<String, String> home) throws Exception {
    try (PeerProcess host =
        NodePeers.start(home, "typescript-sdk.mjs", hostArguments("session", "url"))) {
      Person.approves(clinic.issuer(), host.next("approve"));
      host.finish();
    }
  }

  private static String inspect(Map<String, String> home, String... method) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                NodePeers.node().toString(),
                NodePeers.program("@modelcontextprotocol/inspector/clients/launcher/build/index.js")
                    .toString(),
                "--cli"));
    command.addAll(List.of(method));
    home.forEach((name, value) -> command.addAll(List.of("-e", name + "=" + value)));
    command.add("--");
    command.addAll(LatchCommand.of("connect", clinic.url().toString()));
    return Run.of(command, Map.of()).succeeded().stdout();
  }

  private static String[] hostArguments(String era, String elicitation) {
    List<String> arguments = new ArrayList<>(List.of(era, elicitation));
    arguments.addAll(LatchCommand.of("connect", clinic.url().toString()));
    return arguments.toArray(String[]::new);
  }

  private static Map<String, String> newHome() throws Exception {
    return Map.of("LATCH_HOME", Files.createTempDirectory(folder, "home").toString());
  }
}
