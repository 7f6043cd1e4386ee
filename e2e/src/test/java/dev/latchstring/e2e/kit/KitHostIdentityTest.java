package dev.latchstring.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.testing.StdioHost;
import dev.latchstring.testing.TlsHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A server that logs in as the host's own client, whose metadata document is fetched over TLS by
 * the real authorization server.
 */
@Execution(ExecutionMode.CONCURRENT)
class KitHostIdentityTest {
  private static final String READ = "{\"name\":\"read_notes\",\"arguments\":{}}";
  private static final String HOST = "/host.json";

  /** What the user says who allows it. */
  private static final Map<String, String> ALLOWED = Map.of("LATCH_LOGIN_HOST_IDENTITY", "true");

  @TempDir private static Path folder;
  private static TlsHost documents;
  private static NotesServer notes;

  @BeforeAll
  static void start() throws Exception {
    documents = TlsHost.start(folder);
    publish(HOST, "\"urn:ietf:params:oauth:grant-type:device_code\", \"refresh_token\"");
    notes =
        new NotesServer(
            Files.createDirectory(folder.resolve("data")),
            "own_network: { ca_file: '%s' }\n".formatted(documents.caFile()));
  }

  @AfterAll
  static void stop() {
    notes.close();
    documents.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"extensions", "experimental"})
  void a_host_with_a_session_is_the_client_where_author_and_user_allow_it(String member)
      throws Exception {
    try (StdioHost host = host(allowing(), ALLOWED)) {
      host.initialize("2025-11-25", capabilities(member, HOST));
      assertThat(logIn(host)).endsWith(" by " + documents.at(HOST));
    }
    assertThat(documents.requests(HOST)).isPositive();
  }

  @Test
  void a_host_of_the_stateless_era_says_it_with_each_request() throws Exception {
    try (StdioHost host = host(allowing(), ALLOWED)) {
      String capabilities = capabilities("extensions", HOST);
      String read = READ.substring(1, READ.length() - 1);
      JsonNode first =
          host.call("tools/call", StdioHost.stateless(read, capabilities)).path("result");
      notes.approve(
          first.path("inputRequests").iterator().next().path("params").path("message").asString());
      String login = "\"name\":\"auth_login\",\"arguments\":{%s}";
      String none = "{}";
      JsonNode answer = first;
      while (!StdioHost.textOf(answer).contains("Is that you?")) {
        answer = host.call("tools/call", StdioHost.stateless(login.formatted(""), none));
      }
      host.call("tools/call", StdioHost.stateless(login.formatted("\"confirm\":true"), none));
      assertThat(StdioHost.textOf(host.call("tools/call", StdioHost.stateless(read, none))))
          .endsWith(" by " + documents.at(HOST));
    }
  }

  @Test
  void without_the_users_word_the_server_is_a_client_of_its_own() throws Exception {
    try (StdioHost host = host(allowing(), Map.of())) {
      host.initialize("2025-11-25", capabilities("extensions", HOST));
      assertThat(logIn(host)).contains(" by ").doesNotContain(documents.at(HOST));
    }
  }

  @Test
  void without_the_authors_word_the_server_is_a_client_of_its_own() throws Exception {
    try (StdioHost host = host(notes.provider(), ALLOWED)) {
      host.initialize("2025-11-25", capabilities("extensions", HOST));
      assertThat(logIn(host)).contains(" by ").doesNotContain(documents.at(HOST));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost/host.json", "javascript:alert(1)", ""})
  void what_is_no_address_of_a_document_is_nobody(String clientId) throws Exception {
    try (StdioHost host = host(allowing(), ALLOWED)) {
      host.initialize("2025-11-25", declared("extensions", clientId));
      assertThat(logIn(host)).contains(" by ").doesNotContain(" by http");
    }
  }

  @Test
  void a_document_that_the_authorization_server_cannot_use_is_told_and_no_other_client_is_made()
      throws Exception {
    publish("/code.json", "\"authorization_code\"");
    for (String path : new String[] {"/code.json", "/missing.json"}) {
      try (StdioHost host = host(allowing(), ALLOWED)) {
        host.initialize("2025-11-25", capabilities("extensions", path));
        JsonNode refused = host.call("tools/call", READ);
        assertThat(refused.path("result").path("isError").asBoolean()).as("%s", refused).isTrue();
        assertThat(StdioHost.textOf(refused)).contains("client");
      }
    }
  }

  @Test
  void the_first_host_that_is_met_is_the_client_and_a_later_name_changes_nothing()
      throws Exception {
    try (StdioHost host = host(allowing(), ALLOWED)) {
      host.call(
          "tools/call",
          StdioHost.stateless(
              "\"name\":\"auth_login\",\"arguments\":{}", capabilities("extensions", HOST)));
      JsonNode second =
          host.call(
              "tools/call",
              StdioHost.stateless(
                  "\"name\":\"auth_login\",\"arguments\":{}",
                  capabilities("extensions", "/other.json")));
      assertThat(second.has("result")).as("%s", second).isTrue();
      assertThat(documents.requests("/other.json")).isZero();
    }
  }

  private static Provider allowing() {
    return notes.provider().allowHostIdentity();
  }

  private static StdioHost host(Provider provider, Map<String, String> environment)
      throws IOException {
    return notes.host(notes.login(provider).environment(environment));
  }

  private static String logIn(StdioHost host) throws Exception {
    int id = host.send("tools/call", READ);
    LoginKitTest.logIn(host, notes);
    return StdioHost.textOf(host.response(id));
  }

  private static String capabilities(String member, String path) {
    return declared(member, documents.at(path));
  }

  private static String declared(String member, String clientId) {
    return """
    {"elicitation":{"url":{},"form":{}},"%s":{"dev.latchstring/auth":{"client_id":"%s"}}}\
    """
        .formatted(member, clientId);
  }

  private static void publish(String path, String grants) {
    documents.publish(
        path,
        """
        {"client_id": "%s", "client_name": "The host's own", "grant_types": [%s],
         "redirect_uris": ["http://127.0.0.1/callback"],
         "token_endpoint_auth_method": "none"}
        """
            .formatted(documents.at(path), grants));
  }
}
