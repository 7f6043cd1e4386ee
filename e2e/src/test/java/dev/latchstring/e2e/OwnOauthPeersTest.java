package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.TlsHost;
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

  private static final String SECRET = "night-job-secret-0123456789";

  @TempDir private static Path folder;
  private static TlsHost documents;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    documents = TlsHost.start(folder);
    clinic =
        ProtectedClinic.start(
            folder,
            """
            own_network: { ca_file: ca.pem }
            clients:
              - client_id: night-job
                client_secret: %s
                grant_types: [client_credentials]
                scope: "clinic:read"
            """
                .formatted(SECRET));
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

  /** Logs in at a browser and calls a tool; returns what the person was asked. */
  private static String bridges(String... options) throws Exception {
    try (McpRemote remote = McpRemote.start(home("mcp-remote"), clinic.url(), options)) {
      JsonNode asked = WebPerson.allows(remote.tells(ADDRESS).group());
      assertThat(remote.finds("Moreau")).contains("clinic-front-desk", "Moreau");
      return asked.path("text").asString();
    }
  }

  @Test
  void mcp_remote_is_a_machine_with_a_secret() throws Exception {
    try (McpRemote remote =
        McpRemote.start(
            home("mcp-remote"),
            clinic.url(),
            "--client-credentials",
            "--static-oauth-client-info",
            "{\"client_id\": \"night-job\", \"client_secret\": \"" + SECRET + "\"}")) {
      assertThat(remote.finds("Moreau")).contains("Moreau");
    }
  }

  private static Path home(String program) throws Exception {
    return Files.createTempDirectory(folder, program);
  }

  @Test
  void the_inspector_registers_logs_in_and_calls() throws Exception {
    assertThat(inspects(home("inspector"))).contains("MCP Inspector");
  }

  @Test
  void the_inspector_is_the_address_of_its_metadata() throws Exception {
    String client =
        published("/inspector.json", "The Inspector's page", "http://127.0.0.1/oauth/callback");
    Path home = home("inspector");
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
}
