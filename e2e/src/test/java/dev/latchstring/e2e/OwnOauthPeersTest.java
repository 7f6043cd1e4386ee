package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.TlsHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * MCP clients that have an OAuth of their own, at the protected clinic and with a person at a real
 * browser: the official TypeScript SDK, {@code mcp-remote}, and the web page of the MCP Inspector.
 * Each registers itself, and each is the address of its metadata on a host of the company.
 */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
@NeedsChromium
class OwnOauthPeersTest {
  private static final Pattern ADDRESS = Pattern.compile("http://\\S*/authorize\\?\\S+");

  private static final Pattern INSPECTOR =
      Pattern.compile("http://127\\.0\\.0\\.1:\\d+\\S*MCP_INSPECTOR_API_TOKEN=\\w+");

  @TempDir private static Path folder;
  private static TlsHost documents;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    documents = TlsHost.start(folder);
    clinic = ProtectedClinic.start(folder, "own_network: { ca_file: ca.pem }");
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
    documents.close();
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
  void the_typescript_sdk_is_the_address_of_its_metadata() throws Exception {
    String client = published("/typescript.json", "The SDK's page", "http://127.0.0.1/callback");
    try (PeerProcess peer =
        NodePeers.start(Map.of(), "typescript-oauth.mjs", clinic.url().toString(), client)) {
      assertThat(
              WebPerson.allows(peer.next("allow").path("url").asString()).path("text").asString())
          .contains("The SDK's page", "localhost");
      assertThat(peer.next("called").path("content").toString()).contains("Moreau");
      peer.finish();
    }
    assertThat(documents.requests("/typescript.json")).isEqualTo(1);
  }

  @Test
  void mcp_remote_registers_logs_in_and_bridges() throws Exception {
    bridges();
  }

  @Test
  void mcp_remote_is_the_address_of_its_metadata() throws Exception {
    String client =
        published("/mcp-remote.json", "The bridge's page", "http://localhost/oauth/callback");
    String asked = bridges("--client-metadata-url", client);
    assertThat(asked).contains("The bridge's page");
    assertThat(documents.requests("/mcp-remote.json")).isEqualTo(1);
  }

  /** Logs in and calls a tool; returns what the person was asked. */
  private static String bridges(String... options) throws Exception {
    Path home = Files.createTempDirectory(folder, "mcp-remote");
    List<String> command =
        new ArrayList<>(
            List.of(
                NodePeers.node().toString(),
                NodePeers.program("mcp-remote/dist/proxy.js").toString(),
                clinic.url().toString(),
                Integer.toString(Ports.free())));
    command.addAll(List.of(options));
    // It opens the address by itself where it can; here a person reads it.
    Map<String, String> environment =
        Map.of("MCP_REMOTE_CONFIG_DIR", home.toString(), "BROWSER", "true", "DISPLAY", "");
    try (Console remote = Console.start(command, environment)) {
      JsonNode asked = WebPerson.allows(remote.await(ADDRESS).group());
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
      return asked.path("text").asString();
    }
  }

  @Test
  void the_inspector_registers_logs_in_and_calls() throws Exception {
    assertThat(inspects(Files.createTempDirectory(folder, "inspector"))).contains("MCP Inspector");
  }

  @Test
  void the_inspector_is_the_address_of_its_metadata() throws Exception {
    String client =
        published("/inspector.json", "The Inspector's page", "http://127.0.0.1/oauth/callback");
    Path home = Files.createTempDirectory(folder, "inspector");
    Path settings = Files.createDirectories(home.resolve(".mcp-inspector/storage"));
    Files.writeString(
        settings.resolve("client.json"),
        "{\"cimd\": {\"enabled\": true, \"clientMetadataUrl\": \"" + client + "\"}}");
    assertThat(inspects(home)).contains("The Inspector's page");
    assertThat(documents.requests("/inspector.json")).isEqualTo(1);
  }

  /** Connects and calls a tool at its web page; returns what the person was asked. */
  private static String inspects(Path home) throws Exception {
    List<String> command =
        List.of(
            NodePeers.node().toString(),
            NodePeers.program("@modelcontextprotocol/inspector/clients/launcher/build/index.js")
                .toString(),
            "--web",
            "--transport",
            "http",
            "--server-url",
            clinic.url().toString());
    Map<String, String> environment =
        Map.of(
            "HOME",
            home.toString(),
            "MCP_INSPECTOR_SECRET_STORE",
            "memory",
            "MCP_AUTO_OPEN_ENABLED",
            "false",
            "CLIENT_PORT",
            Integer.toString(Ports.free()),
            "MCP_SANDBOX_PORT",
            Integer.toString(Ports.free()));
    try (Console inspector = Console.start(command, environment)) {
      String address = inspector.await(INSPECTOR).group();
      return WebPerson.inspects(address).path("text").asString();
    }
  }

  /** Publishes a client; returns its address, which is its identifier. */
  private static String published(String path, String name, String redirectUri) {
    String address = documents.at(path);
    documents.publish(
        path,
        """
        {"client_id": "%s", "client_name": "%s", "redirect_uris": ["%s"],
         "grant_types": ["authorization_code", "refresh_token"],
         "response_types": ["code"], "token_endpoint_auth_method": "none"}
        """
            .formatted(address, name, redirectUri));
    return address;
  }

  private static String answer(Console remote, int id) throws Exception {
    Pattern line = Pattern.compile("(?m)^\\{.*\"id\":" + id + "\\b.*}$");
    return Json.write(Json.readTree(remote.await(line).group()));
  }
}
