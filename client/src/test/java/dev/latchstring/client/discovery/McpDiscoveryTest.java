package dev.latchstring.client.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Ports;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class McpDiscoveryTest {
  private final Protected clinic = new Protected();
  private final Http http = new Http(Duration.ofSeconds(2));
  private final McpDiscovery discovery = new McpDiscovery(http);

  @AfterEach
  void close() {
    http.close();
    clinic.close();
  }

  private Discovered discovered() {
    return (Discovered) discovery.discover(clinic.server.uri("/mcp"));
  }

  private ClientException failure(URI server) {
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> discovery.discover(server));
    assertThat(e).as("a failure at " + server).isNotNull();
    assertThat(e.hint()).isNotBlank();
    return e;
  }

  private ClientException failure() {
    return failure(clinic.server.uri("/mcp"));
  }

  private void challenge(String value) {
    clinic.server.on("/mcp", Answer.status(401).with("WWW-Authenticate", value));
  }

  private void root(Object resource) {
    clinic.server.without("/.well-known/oauth-protected-resource/mcp");
    clinic.resourceMetadata.put("resource", resource);
    clinic.server.on(
        "/.well-known/oauth-protected-resource",
        request -> Answer.json(200, clinic.resourceMetadata));
  }

  @Test
  void the_place_that_the_challenge_names_is_the_one_asked() {
    challenge("Bearer resource_metadata=\"" + clinic.server.origin() + "/elsewhere\"");
    clinic.server.on("/elsewhere", request -> Answer.json(200, clinic.resourceMetadata));

    Discovered found = discovered();

    assertThat(clinic.server.paths())
        .containsExactly("/mcp", "/elsewhere", "/.well-known/oauth-authorization-server");
    assertThat(found.resource()).isEqualTo(clinic.server.uri("/mcp"));
    assertThat(found.issuer()).isEqualTo(clinic.server.origin());
  }

  @Test
  void without_a_place_in_the_challenge_the_well_known_ones_are_asked_path_first() {
    challenge("Bearer");
    root(clinic.server.origin());

    Discovered found = discovered();

    assertThat(clinic.server.paths())
        .containsExactly(
            "/mcp",
            "/.well-known/oauth-protected-resource/mcp",
            "/.well-known/oauth-protected-resource",
            "/.well-known/oauth-authorization-server");
    assertThat(found.resource()).hasToString(clinic.server.origin());
  }

  @Test
  void a_place_in_the_challenge_that_has_nothing_is_an_error_and_no_other_is_asked() {
    challenge("Bearer resource_metadata=\"" + clinic.server.origin() + "/gone\"");

    assertThat(failure().problem()).isEqualTo(Problem.METADATA_MISSING);
    assertThat(clinic.server.paths()).containsExactly("/mcp", "/gone");
  }

  @Test
  void metadata_about_another_resource_is_refused() {
    clinic.resourceMetadata.put("resource", "https://other.example/mcp");

    ClientException e = failure();

    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(e).hasMessageContaining("https://other.example/mcp").hasMessageContaining("9728");
  }

  @Test
  void metadata_about_a_sibling_path_is_refused_and_about_the_origin_only_at_the_root() {
    clinic.resourceMetadata.put("resource", clinic.server.origin() + "/mc");
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);

    clinic.resourceMetadata.put("resource", clinic.server.origin());
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);
  }

  @Test
  void spellings_of_one_resource_that_rfc_8707_calls_equal_are_equal() {
    clinic.resourceMetadata.put("resource", "HTTP://LOCALHOST:" + clinic.server.port() + "/mcp");

    assertThat(discovered().resource()).isEqualTo(clinic.server.uri("/mcp"));
  }

  @Test
  void the_issuer_must_be_identical_down_to_the_last_slash() {
    clinic.metadata.put("issuer", clinic.server.origin() + "/");

    ClientException e = failure();

    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(e).hasMessageContaining("RFC 8414 section 3.3");
  }

  @Test
  void an_issuer_with_a_path_is_looked_up_in_three_places_in_order() {
    String issuer = clinic.server.origin() + "/tenant1";
    clinic.resourceMetadata.put("authorization_servers", List.of(issuer));
    clinic.metadata.put("issuer", issuer);
    clinic.server.on(
        "/tenant1/.well-known/openid-configuration", request -> Answer.json(200, clinic.metadata));

    assertThat(discovered().issuer()).isEqualTo(issuer);
    assertThat(clinic.server.paths().subList(2, 5))
        .containsExactly(
            "/.well-known/oauth-authorization-server/tenant1",
            "/.well-known/openid-configuration/tenant1",
            "/tenant1/.well-known/openid-configuration");
  }

  @Test
  void a_document_with_a_foreign_issuer_is_passed_over_for_a_right_one() {
    clinic.server.on(
        "/.well-known/oauth-authorization-server",
        Answer.json(
            200,
            Map.of("issuer", "https://honest.example", "token_endpoint", "https://h.example/t")));
    clinic.server.on(
        "/.well-known/openid-configuration", request -> Answer.json(200, clinic.metadata));

    assertThat(discovered().authorizationServer().issuer()).isEqualTo(clinic.server.origin());
  }

  @Test
  void the_second_authorization_server_is_used_where_the_first_has_no_metadata() {
    clinic.resourceMetadata.put(
        "authorization_servers",
        List.of(clinic.server.origin() + "/nobody", clinic.server.origin()));

    assertThat(discovered().issuer()).isEqualTo(clinic.server.origin());
  }

  @Test
  void the_scope_of_the_challenge_comes_before_the_supported_ones() {
    assertThat(discovered().scope()).isEqualTo(Scope.of("clinic:read"));

    challenge(
        "Bearer scope=\"clinic:write other\", resource_metadata=\""
            + clinic.server.origin()
            + "/.well-known/oauth-protected-resource/mcp\"");
    assertThat(discovered().scope()).isEqualTo(Scope.of("clinic:write", "other"));

    clinic.resourceMetadata.remove("scopes_supported");
    challenge("Bearer");
    assertThat(discovered().scope()).isEqualTo(Scope.NONE);
  }

  @Test
  void a_server_without_resource_metadata_is_its_own_authorization_server() {
    challenge("Bearer");
    clinic.server.without("/.well-known/oauth-protected-resource/mcp");

    Discovered found = discovered();

    assertThat(found.issuer()).isEqualTo(clinic.server.origin());
    assertThat(found.resource()).isEqualTo(clinic.server.uri("/mcp"));
    assertThat(found.resourceMetadata()).isNull();
  }

  @Test
  void a_server_that_publishes_nothing_has_the_default_endpoints_of_2025_03_26() {
    challenge("Bearer");
    clinic.server.without("/.well-known/oauth-protected-resource/mcp");
    clinic.server.without("/.well-known/oauth-authorization-server");

    Discovered found = discovered();

    assertThat(found.assumed()).isTrue();
    assertThat(found.issuer()).isEqualTo(clinic.server.origin());
    assertThat(found.authorizationServer().authorizationEndpoint())
        .isEqualTo(clinic.server.origin() + "/authorize");
    assertThat(found.authorizationServer().tokenEndpoint())
        .isEqualTo(clinic.server.origin() + "/token");
    assertThat(found.authorizationServer().registrationEndpoint())
        .isEqualTo(clinic.server.origin() + "/register");
    assertThat(found.authorizationServer().deviceAuthorizationEndpoint()).isNull();
    assertThat(found.authorizationServer().codeChallengeMethodsSupported()).containsExactly("S256");
    assertThat(found.nothingPublished().problem()).isEqualTo(Problem.METADATA_MISSING);
  }

  @Test
  void default_endpoints_are_not_assumed_where_a_document_is_there_and_wrong() {
    challenge("Bearer");
    clinic.server.without("/.well-known/oauth-protected-resource/mcp");
    clinic.metadata.put("issuer", "https://other.example");

    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);
  }

  @Test
  void a_server_that_answers_without_a_token_needs_no_login() {
    clinic.server.on("/mcp", Answer.json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"));

    assertThat(discovery.discover(clinic.server.uri("/mcp")))
        .isEqualTo(new DiscoveryResult.NoLoginNeeded(clinic.server.uri("/mcp")));
  }

  @Test
  void a_stateless_server_is_asked_again_in_its_own_words() {
    clinic.server.on(
        "/mcp",
        request ->
            "server/discover".equals(request.header("Mcp-Method"))
                ? Answer.status(401).with("WWW-Authenticate", "Bearer scope=\"x\"")
                : Answer.json(
                    400,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32022,\"message\":\"v\"}}"));

    assertThat(discovered().scope()).isEqualTo(Scope.of("x"));
  }

  @Test
  void an_event_stream_that_never_ends_counts_as_an_answer() {
    clinic.server.on(
        "/mcp",
        new Answer(200, Map.of("Content-Type", "text/event-stream"), ": hi\n\n".getBytes()));

    assertThat(discovery.discover(clinic.server.uri("/mcp")))
        .isInstanceOf(DiscoveryResult.NoLoginNeeded.class);
  }

  @Test
  void a_web_page_is_not_mcp() {
    clinic.server.on(
        "/mcp", new Answer(200, Map.of("Content-Type", "text/html"), "<html>".getBytes()));
    assertThat(failure().problem()).isEqualTo(Problem.NOT_MCP);

    clinic.server.without("/mcp");
    assertThat(failure().problem()).isEqualTo(Problem.NOT_MCP);
  }

  @Test
  void an_authorization_server_that_is_a_resource_of_its_own_can_be_logged_in_to() {
    root(clinic.server.origin());

    Discovered found = (Discovered) discovery.discover(clinic.server.uri(""));

    assertThat(found.resource()).hasToString(clinic.server.origin());
    assertThat(found.issuer()).isEqualTo(clinic.server.origin());
  }

  @Test
  void a_redirect_is_told_and_not_followed() {
    clinic.server.on(
        "/mcp", Answer.status(308).with("Location", clinic.server.origin() + "/other"));

    ClientException e = failure();

    assertThat(e.problem()).isEqualTo(Problem.BAD_ADDRESS);
    assertThat(e).hasMessageContaining("/other");
    assertThat(clinic.server.paths()).containsExactly("/mcp");
  }

  @Test
  void metadata_that_redirects_is_refused() {
    clinic.server.on(
        "/.well-known/oauth-protected-resource/mcp",
        Answer.status(302).with("Location", clinic.server.origin() + "/x"));

    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(clinic.server.to("/x")).isEmpty();
  }

  @Test
  void a_huge_document_is_refused() {
    clinic.server.on(
        "/.well-known/oauth-protected-resource/mcp",
        Answer.json(200, "{\"resource\":\"" + "x".repeat(300_000) + "\"}"));

    ClientException e = failure();

    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(e).hasMessageContaining("more than");
  }

  @Test
  void a_malformed_document_is_refused_with_its_place() {
    for (String broken : List.of("{", "[]", "{\"resource\":1,\"resource\":2}", "null")) {
      clinic.server.on("/.well-known/oauth-protected-resource/mcp", Answer.json(200, broken));

      ClientException e = failure();

      assertThat(e.problem()).as(broken).isEqualTo(Problem.METADATA_INVALID);
      assertThat(e).hasMessageContaining("/.well-known/oauth-protected-resource/mcp");
    }
  }

  @Test
  void metadata_without_authorization_servers_is_refused() {
    clinic.resourceMetadata.put("authorization_servers", List.of());

    assertThat(failure()).hasMessageContaining("authorization_servers");
  }

  @Test
  void endpoints_that_are_not_https_are_refused_by_name() {
    clinic.metadata.put("device_authorization_endpoint", "http://as.example/device");

    assertThat(failure()).hasMessageContaining("device_authorization_endpoint");
  }

  @Test
  void no_network_and_silence_are_network_problems() throws Exception {
    int free = Ports.free();
    assertThat(failure(URI.create("http://localhost:" + free + "/mcp")).problem())
        .isEqualTo(Problem.NETWORK);
    assertThat(failure(URI.create("https://no-such-host.invalid/mcp")))
        .hasMessageContaining("no-such-host.invalid is not known")
        .extracting(ClientException::problem)
        .isEqualTo(Problem.NETWORK);

    try (ServerSocket silent = new ServerSocket(0)) {
      ClientException e = failure(URI.create("http://localhost:" + silent.getLocalPort() + "/mcp"));
      assertThat(e.problem()).isEqualTo(Problem.NETWORK);
      assertThat(e).hasMessageContaining("within 2 seconds");
    }
  }

  @Test
  void a_server_that_is_down_for_the_moment_is_a_network_problem() {
    clinic.server.on("/mcp", Answer.status(503));
    assertThat(failure().problem()).isEqualTo(Problem.NETWORK);
  }

  @Test
  void addresses_that_no_token_may_be_obtained_for_are_refused_before_anything_is_sent() {
    for (String address :
        List.of(
            "http://example.com/mcp", "ftp://example.com", "https://example.com/mcp#x", "/mcp")) {
      assertThat(failure(URI.create(address)).problem()).as(address).isEqualTo(Problem.BAD_ADDRESS);
    }
    assertThat(failure(URI.create("https://user:hunter2@example.com/mcp")))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_remote_server_may_not_send_us_to_our_own_machine() {
    try (TestServer other = new TestServer()) {
      ClientException e =
          catchThrowableOfType(
              ClientException.class,
              () ->
                  discovery.discover(
                      URI.create("https://mcp.example.com/mcp"),
                      dev.latchstring.oauth.Challenge.parse(
                          List.of("Bearer resource_metadata=\"" + other.origin() + "/admin\""))));

      assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
      assertThat(other.requests).isEmpty();
    }
  }
}
