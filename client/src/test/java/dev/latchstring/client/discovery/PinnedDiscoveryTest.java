package dev.latchstring.client.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedDiscoveryTest {
  private static final String RESOURCE_METADATA = "/.well-known/oauth-protected-resource/mcp";
  private static final String METADATA = "/.well-known/oauth-authorization-server";

  private final Protected clinic = new Protected();
  private final TestServer other = new TestServer();
  private final Http http = new Http(Duration.ofSeconds(2));

  @AfterEach
  void close() {
    http.close();
    clinic.close();
    other.close();
  }

  private Discovered discovered(String... pins) {
    return (Discovered) issuerDiscovery(pins).discover(clinic.server.uri("/mcp"));
  }

  private ClientException failure(String... pins) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> discovered(pins));
    assertThat(e).as("a failure").isNotNull();
    assertThat(e.hint()).isNotBlank();
    return e;
  }

  @Test
  void a_pinned_issuer_stands_in_for_the_named_ones_and_is_checked_like_them() {
    clinic.resourceMetadata.put("authorization_servers", List.of(clinic.server.origin() + "/"));
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);

    Discovered found = discovered("issuer=" + clinic.server.origin());
    assertThat(found.issuer()).isEqualTo(clinic.server.origin());

    clinic.metadata.put("issuer", "https://other.example");
    assertThat(failure("issuer=" + clinic.server.origin()).problem())
        .isEqualTo(Problem.METADATA_INVALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405, 501})
  void an_api_whose_issuer_is_pinned_need_not_speak_mcp(int status) {
    clinic.server.on("/mcp", Answer.status(status));
    clinic.server.without(RESOURCE_METADATA);
    assertThat(failure().problem()).isEqualTo(Problem.NOT_MCP);
    assertThat(failure().hint()).contains("--pin issuer=URL");

    Discovered found = discovered("issuer=" + clinic.server.origin());

    assertThat(found.issuer()).isEqualTo(clinic.server.origin());
    assertThat(found.resource()).isEqualTo(clinic.server.uri("/mcp"));
  }

  @Test
  void a_server_that_is_out_of_order_is_told_whatever_is_pinned() {
    clinic.server.on("/mcp", Answer.status(503));

    assertThat(failure("issuer=" + clinic.server.origin()).problem()).isEqualTo(Problem.NETWORK);
  }

  @Test
  void an_address_whose_own_issuer_is_pinned_is_logged_in_to_and_not_asked_for_mcp() {
    other.on(
        METADATA,
        request ->
            Answer.json(
                200,
                Map.of("issuer", other.origin(), "token_endpoint", other.origin() + "/token")));
    McpDiscovery discovery = issuerDiscovery("issuer=" + other.origin());

    Discovered found = (Discovered) discovery.discover(other.uri("/"));

    assertThat(found.issuer()).isEqualTo(other.origin());
    assertThat(found.scope()).isEqualTo(Scope.of("openid"));
    assertThat(found.parameters(RequestKind.DEVICE)).isEmpty();
    assertThat(found.settings().all())
        .as("named to the person, with what follows from it")
        .extracting(pin -> pin.name())
        .containsExactly("issuer", "resource", "scope");
    assertThat(other.paths()).containsOnly(METADATA);

    Discovered pinned =
        (Discovered)
            issuerDiscovery(
                    "issuer=" + other.origin(), "scope=openid email", "resource=urn:directory")
                .discover(other.uri("/"));
    assertThat(pinned.scope()).isEqualTo(Scope.of("openid", "email"));
    assertThat(pinned.parameters(RequestKind.DEVICE)).containsEntry("resource", "urn:directory");

    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> issuerDiscovery().discover(other.uri("/")))
                .problem())
        .as("nobody said that it is an issuer")
        .isEqualTo(Problem.NOT_MCP);
  }

  private McpDiscovery issuerDiscovery(String... pins) {
    return new McpDiscovery(http, Settings.of(ServerSettings.ofOptions(List.of(pins), null)));
  }

  @Test
  void a_pinned_place_of_the_metadata_is_the_only_one_asked() {
    other.on("/meta.json", request -> Answer.json(200, clinic.metadata));
    clinic.server.without(METADATA);

    Discovered found = discovered("metadata_url=" + other.origin() + "/meta.json");

    assertThat(found.authorizationServer().issuer()).isEqualTo(clinic.server.origin());
    assertThat(other.paths()).containsExactly("/meta.json");
    assertThat(clinic.server.paths()).containsExactly("/mcp", RESOURCE_METADATA);
  }

  @Test
  void a_pinned_document_of_another_issuer_is_refused_unless_that_is_pinned_too() {
    clinic.metadata.put("issuer", "https://cf.example");
    String place = "metadata_url=" + clinic.server.origin() + METADATA;

    assertThat(failure(place).problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(discovered(place, "issuer=https://cf.example").issuer())
        .isEqualTo("https://cf.example");
  }

  @Test
  void without_resource_metadata_a_pinned_document_names_its_issuer_itself() {
    clinic.server.on("/mcp", Answer.status(401));
    clinic.server.without(RESOURCE_METADATA);
    clinic.metadata.put("issuer", "https://cf.example");

    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(discovered("metadata_url=" + clinic.server.origin() + METADATA).issuer())
        .isEqualTo("https://cf.example");
  }

  @Test
  void pinned_endpoints_stand_in_for_those_of_the_metadata() {
    clinic.metadata.put("token_endpoint", "ftp://nowhere");
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);

    Discovered found =
        discovered(
            "token_endpoint=https://auth.example/t", "code_challenge_methods_supported=S256");

    assertThat(found.authorizationServer().tokenEndpoint()).isEqualTo("https://auth.example/t");
    assertThat(found.authorizationServer().codeChallengeMethodsSupported()).containsExactly("S256");
    assertThat(found.authorizationServer().revocationEndpoint())
        .isEqualTo(clinic.server.origin() + "/revoke");
    assertThat(found.settings().values()).hasSize(2);
  }

  @Test
  void an_authorization_server_without_metadata_is_made_of_pins_alone() {
    clinic.server.without(METADATA);
    clinic.server.without(RESOURCE_METADATA);
    clinic.server.on("/mcp", Answer.status(401));

    assertThat(failure("issuer=" + other.origin()).problem()).isEqualTo(Problem.METADATA_MISSING);
    assertThat(failure("issuer=" + other.origin(), "metadata_url=none").problem())
        .isEqualTo(Problem.BAD_SETTINGS);

    Discovered found =
        discovered(
            "issuer=" + other.origin(),
            "metadata_url=none",
            "token_endpoint=" + other.origin() + "/token");
    assertThat(found.assumed()).isFalse();
    assertThat(found.authorizationServer().tokenEndpoint()).isEqualTo(other.origin() + "/token");
  }

  @Test
  void the_place_of_the_resource_metadata_can_be_pinned_and_be_none() {
    clinic.server.without(RESOURCE_METADATA);
    clinic.server.on("/elsewhere", request -> Answer.json(200, clinic.resourceMetadata));
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_MISSING);

    assertThat(discovered("resource_metadata_url=" + clinic.server.origin() + "/elsewhere").scope())
        .isEqualTo(Scope.of("clinic:read"));
    Discovered found = discovered("resource_metadata_url=none");
    assertThat(found.resourceMetadata()).isNull();
    assertThat(failure("resource_metadata_url=" + clinic.server.origin() + "/gone").problem())
        .isEqualTo(Problem.METADATA_MISSING);
  }

  @Test
  void a_document_about_another_resource_counts_where_that_resource_is_pinned() {
    clinic.resourceMetadata.put("resource", "https://internal.example/mcp");
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(failure("resource=https://third.example/mcp").problem())
        .isEqualTo(Problem.METADATA_INVALID);

    Discovered found = discovered("resource=https://internal.example/mcp");

    assertThat(found.resource()).isEqualTo(clinic.server.uri("/mcp"));
    assertThat(found.parameters(RequestKind.TOKEN))
        .containsExactly(Map.entry("resource", "https://internal.example/mcp"));
  }

  @Test
  void an_audience_goes_beside_the_resource_and_a_resource_of_none_is_not_sent() {
    assertThat(discovered("audience=api").parameters(RequestKind.DEVICE))
        .containsExactly(
            Map.entry("resource", clinic.server.origin() + "/mcp"), Map.entry("audience", "api"));
    assertThat(discovered("resource=none").parameters(RequestKind.AUTHORIZATION)).isEmpty();
  }

  @Test
  void a_pinned_scope_stands_above_every_other() {
    assertThat(discovered("scope=a b").scope()).isEqualTo(Scope.of("a", "b"));
  }

  @Test
  void a_pinned_issuer_repairs_metadata_that_names_none() {
    clinic.resourceMetadata.remove("authorization_servers");
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);

    assertThat(discovered("issuer=" + clinic.server.origin()).issuer())
        .isEqualTo(clinic.server.origin());
  }
}
