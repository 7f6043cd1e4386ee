package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * MCP clients that have an OAuth of their own, at the protected clinic and with a person at a real
 * browser: the official TypeScript SDK, and {@code mcp-remote}.
 */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
@NeedsChromium
class OwnOauthPeersTest {
  private static final Pattern ADDRESS = Pattern.compile("http://\\S*/authorize\\?\\S+");

  @TempDir private static Path folder;
  private static ServeProcess serve;
  private static ClinicServer clinic;

  @BeforeAll
  static void start() throws Exception {
    int port = Ports.free();
    serve = ServeProcess.start(folder, "http://localhost:" + port + "/mcp", "");
    clinic = ClinicServer.start(port, serve.issuer());
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
    serve.close();
  }

  @Test
  void the_typescript_sdk_registers_logs_in_calls_and_refreshes() throws Exception {
    try (PeerProcess peer =
        NodePeers.start(Map.of(), "typescript-oauth.mjs", clinic.url().toString())) {
      assertThat(
              WebPerson.allows(peer.next("allow").path("url").asString()).path("text").asString())
          .contains("TypeScript SDK peer");
      assertThat(peer.next("called").path("content").toString()).contains("Moreau");
      peer.finish();
    }
  }

  @Test
  void mcp_remote_logs_in_and_bridges() throws Exception {
    Path home = Files.createDirectories(folder.resolve("mcp-remote"));
    List<String> command =
        List.of(
            NodePeers.node().toString(),
            NodePeers.program("mcp-remote/dist/proxy.js").toString(),
            clinic.url().toString(),
            Integer.toString(Ports.free()));
    // It opens the address by itself where it can; here a person reads it.
    Map<String, String> environment =
        Map.of("MCP_REMOTE_CONFIG_DIR", home.toString(), "BROWSER", "true", "DISPLAY", "");
    try (Console remote = Console.start(command, environment)) {
      WebPerson.allows(remote.await(ADDRESS).group());
      remote.say(
          """
          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
          "capabilities":{},"clientInfo":{"name":"peer","version":"1"}}}\
          """);
      assertThat(answer(remote, 1)).contains("clinic-front-desk");
      remote.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
      remote.say(
          """
          {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"find_appointments",\
          "arguments":{"patient":"Moreau"}}}\
          """);
      assertThat(answer(remote, 2)).contains("Moreau");
    }
  }

  private static String answer(Console remote, int id) throws Exception {
    Pattern line = Pattern.compile("(?m)^\\{.*\"id\":" + id + "\\b.*}$");
    return Json.write(Json.readTree(remote.await(line).group()));
  }
}
