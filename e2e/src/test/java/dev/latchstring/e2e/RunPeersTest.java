package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Somebody else's program behind {@code latch run}, unmodified: {@code
 * @modelcontextprotocol/server-everything} on stdio, in front of it the official TypeScript SDK's
 * client in either era, with and without elicitation.
 */
@Order(5)
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
class RunPeersTest {
  private static final String VARIABLE = "EVERYTHING_TOKEN";

  @TempDir private static Path folder;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(folder, "lifetimes:\n  access_token: 25s\n");
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  @ParameterizedTest(name = "{0} era, elicitation: {1}")
  @CsvSource({"session, url", "session, none", "stateless, url", "stateless, none"})
  void a_program_gets_a_token_after_a_login_inside_mcp(String era, String elicitation)
      throws Exception {
    Path home = Files.createTempDirectory(folder, "home");
    Map<String, String> environment =
        Map.of("LATCH_HOME", home.toString(), "SOMEBODY_ELSES_TOKEN", "not for this program");
    List<String> arguments = new ArrayList<>(List.of(era, elicitation));
    arguments.addAll(
        LatchCommand.of(
            "run",
            "--server",
            clinic.url().toString(),
            "--env",
            VARIABLE,
            "--",
            NodePeers.node().toString(),
            NodePeers.program("@modelcontextprotocol/server-everything/dist/index.js").toString(),
            "stdio"));
    try (PeerProcess host =
        NodePeers.start(environment, "run-host.mjs", arguments.toArray(String[]::new))) {
      assertThat(host.next("connected").get("tools").toString()).contains("latch_login");
      Person.approves(clinic.issuer(), host.next("approve"));
      JsonNode variables = host.next("environment").get("variables");
      String token = variables.path(VARIABLE).asString("");
      assertThat(variables.propertyNames())
          .noneMatch(name -> name.startsWith("LATCH_"))
          .doesNotContain("SOMEBODY_ELSES_TOKEN")
          .contains("PATH");
      assertThat(status(token)).isEqualTo(200);
      String next = host.next("environment").get("variables").path(VARIABLE).asString("");
      assertThat(next).isNotEqualTo(token);
      assertThat(status(next)).isEqualTo(200);
      host.finish();
      assertThat(host.transcript().lines().filter(line -> !line.startsWith("{")))
          .noneMatch(line -> line.contains(token) || line.contains(next));
    }
  }

  /** What the server that the login is for says to the token. */
  private static int status(String token) throws Exception {
    String initialize =
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
        "capabilities":{},"clientInfo":{"name":"the-program","version":"1"}}}\
        """;
    HttpRequest request =
        HttpRequest.newBuilder(clinic.url())
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofString(initialize))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return response.statusCode();
    }
  }
}
