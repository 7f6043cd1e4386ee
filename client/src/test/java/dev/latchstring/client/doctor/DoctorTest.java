package dev.latchstring.client.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.settings.Preset;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.FormParameters;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Broken servers: each with the rule it breaks, and the pins that repair it. */
class DoctorTest {
  private static final String RESOURCE_METADATA = "/.well-known/oauth-protected-resource/mcp";
  private static final String METADATA = "/.well-known/oauth-authorization-server";

  private final Protected clinic = new Protected();

  @AfterEach
  void close() {
    clinic.close();
  }

  /**
   * @param step that fails
   * @param proposed by the doctor; ORIGIN stands for the server's
   * @param known what a person would fill in; empty where the doctor knows everything
   */
  record Broken(
      String what,
      Consumer<Protected> how,
      String step,
      @Nullable Rule rule,
      List<String> proposed,
      List<String> known) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Broken broken(
      String what,
      Consumer<Protected> how,
      String step,
      @Nullable Rule rule,
      List<String> proposed) {
    return new Broken(what, how, step, rule, proposed, List.of());
  }

  private static Answer challenge(String value) {
    return Answer.status(401).with("WWW-Authenticate", value);
  }

  static Stream<Broken> servers() {
    return Stream.of(
        broken(
            "an issuer with a slash too many in the resource metadata",
            at ->
                at.resourceMetadata.put("authorization_servers", List.of(at.server.origin() + "/")),
            "issuer",
            Rule.RFC_8414_ISSUER,
            List.of("issuer=ORIGIN")),
        broken(
            "an issuer with a path whose document says it has none",
            at -> {
              at.resourceMetadata.put(
                  "authorization_servers", List.of(at.server.origin() + "/tenant"));
              at.server.without(METADATA);
              at.server.on(METADATA + "/tenant", request -> Answer.json(200, at.metadata));
            },
            "issuer",
            Rule.RFC_8414_ISSUER,
            List.of("issuer=ORIGIN", "metadata_url=ORIGIN" + METADATA + "/tenant")),
        broken(
            "metadata about another path of the same host",
            at -> at.resourceMetadata.put("resource", at.server.origin() + "/internal/mcp"),
            "resource",
            Rule.RFC_9728_RESOURCE,
            List.of("resource=ORIGIN/internal/mcp")),
        broken(
            "metadata without a resource",
            at -> at.resourceMetadata.remove("resource"),
            "resource",
            Rule.RFC_9728_RESOURCE,
            List.of("resource_metadata_url=none", "issuer=ORIGIN")),
        broken(
            "a challenge that names a place where nothing is, beside a document that is there",
            at ->
                at.server.on(
                    "/mcp",
                    challenge("Bearer resource_metadata=\"" + at.server.origin() + "/gone\"")),
            "resource_metadata",
            Rule.RFC_9728_CHALLENGE,
            List.of("resource_metadata_url=ORIGIN" + RESOURCE_METADATA)),
        broken(
            "a challenge that names a place where nothing is, and no other",
            at -> at.server.without(RESOURCE_METADATA),
            "resource_metadata",
            Rule.RFC_9728_CHALLENGE,
            List.of("resource_metadata_url=none", "issuer=ORIGIN")),
        broken(
            "a challenge that names no https address",
            at -> at.server.on("/mcp", challenge("Bearer resource_metadata=\"ftp://example.com\"")),
            "resource_metadata",
            Rule.RFC_9728_CHALLENGE,
            List.of("resource_metadata_url=ORIGIN" + RESOURCE_METADATA)),
        broken(
            "resource metadata that redirects",
            at -> {
              at.server.on("/moved", request -> Answer.json(200, at.resourceMetadata));
              at.server.on(
                  RESOURCE_METADATA,
                  Answer.status(302).with("Location", at.server.origin() + "/moved"));
            },
            "resource_metadata",
            Rule.RFC_9728_DOCUMENT,
            List.of("resource_metadata_url=ORIGIN/moved")),
        broken(
            "resource metadata that is no JSON",
            at -> at.server.on(RESOURCE_METADATA, Answer.json(200, "{\"resource\":")),
            "resource_metadata",
            Rule.RFC_9728_DOCUMENT,
            List.of("resource_metadata_url=none", "issuer=ORIGIN")),
        broken(
            "resource metadata without an authorization server",
            at -> at.resourceMetadata.put("authorization_servers", List.of()),
            "authorization_servers",
            Rule.MCP_AUTHORIZATION_SERVERS,
            List.of("issuer=ORIGIN")),
        broken(
            "an authorization server that is no https address",
            at ->
                at.resourceMetadata.put("authorization_servers", List.of("http://as.example.com")),
            "issuer",
            Rule.RFC_8414_METADATA,
            List.of("issuer=ISSUER")),
        broken(
            "metadata that redirects",
            at -> {
              at.server.on("/moved", request -> Answer.json(200, at.metadata));
              at.server.on(
                  METADATA, Answer.status(301).with("Location", at.server.origin() + "/moved"));
            },
            "metadata",
            Rule.RFC_8414_DOCUMENT,
            List.of("metadata_url=ORIGIN/moved")),
        new Broken(
            "an authorization server without metadata",
            at -> at.server.without(METADATA),
            "metadata",
            Rule.MCP_METADATA,
            List.of(
                "metadata_url=none",
                "authorization_endpoint=AUTHORIZATION_ENDPOINT",
                "token_endpoint=TOKEN_ENDPOINT"),
            List.of(
                "metadata_url=none",
                "token_endpoint=ORIGIN/token",
                "device_authorization_endpoint=ORIGIN/device",
                "registration_endpoint=ORIGIN/register")),
        new Broken(
            "metadata without a token endpoint",
            at -> at.metadata.remove("token_endpoint"),
            "endpoints",
            Rule.RFC_8414_METADATA,
            List.of("token_endpoint=TOKEN_ENDPOINT"),
            List.of("token_endpoint=ORIGIN/token")),
        new Broken(
            "a token endpoint that is not https",
            at -> at.metadata.put("token_endpoint", "http://as.example.com/token"),
            "endpoints",
            Rule.MCP_SERVERS_SPEAK_HTTPS,
            List.of("token_endpoint=TOKEN_ENDPOINT"),
            List.of("token_endpoint=ORIGIN/token")),
        new Broken(
            "a server that registers nobody",
            at -> at.metadata.remove("registration_endpoint"),
            "registration",
            Rule.MCP_REGISTRATION,
            List.of("client_id=CLIENT_ID"),
            List.of("client_id=by-hand")),
        new Broken(
            "a server without any login for people",
            at -> at.metadata.remove("device_authorization_endpoint"),
            "flows",
            Rule.RFC_8414_METADATA,
            List.of("authorization_endpoint=AUTHORIZATION_ENDPOINT"),
            List.of("device_authorization_endpoint=ORIGIN/device")),
        new Broken(
            "a scope that cannot be",
            at -> at.server.on("/mcp", challenge("Bearer scope=\"a\\\\b\"")),
            "scopes",
            Rule.RFC_6749_SCOPE,
            List.of("scope=SCOPE"),
            List.of("scope=clinic:read")));
  }

  private List<String> here(List<String> pins) {
    return pins.stream().map(pin -> pin.replace("ORIGIN", clinic.server.origin())).toList();
  }

  private LatchClient client(List<String> pins) {
    return LatchClient.using(new MemoryTokenStore())
        .settings(Settings.of(ServerSettings.ofOptions(pins, null)))
        .build();
  }

  private Report examine(List<String> pins) {
    try (LatchClient client = client(pins)) {
      return client.examine(clinic.server.uri("/mcp"));
    }
  }

  private static List<Finding> failures(Report report) {
    return report.findings().stream().filter(f -> f.outcome() == Outcome.FAILED).toList();
  }

  private LoginOutcome login(List<String> pins) {
    try (LatchClient client = client(pins)) {
      return client.account(clinic.server.uri("/mcp")).login(LoginOptions.DEFAULT).run(code -> {});
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void a_broken_server_is_named_by_its_rule_and_repaired_by_its_pins(Broken broken) {
    broken.how().accept(clinic);

    Report report = examine(List.of());

    assertThat(report.isHealthy()).isFalse();
    assertThat(failures(report)).as(report.findings().toString()).isNotEmpty();
    Finding first = failures(report).getFirst();
    assertThat(first.step()).isEqualTo(broken.step());
    assertThat(first.rule()).isEqualTo(broken.rule());
    assertThat(report.pins()).containsExactlyInAnyOrderElementsOf(here(broken.proposed()));
    assertThat(report.complete())
        .isEqualTo(broken.known().isEmpty() && !report.pins().toString().contains("=ISSUER"));
    assertThat(clinic.registrations).hasValue(0);
    assertThat(clinic.server.to("/device")).isEmpty();
    assertThat(clinic.server.to("/token")).isEmpty();

    List<String> pins = here(broken.known().isEmpty() ? broken.proposed() : broken.known());
    pins =
        pins.stream()
            .map(pin -> pin.equals("issuer=ISSUER") ? "issuer=" + clinic.server.origin() : pin)
            .toList();
    Report repaired = examine(pins);
    assertThat(failures(repaired)).isEmpty();
    assertThat(login(pins)).isInstanceOf(LoginOutcome.Approved.class);
  }

  @Test
  void a_server_in_order_is_told_so_and_nothing_is_registered_or_logged_in() {
    clinic.metadata.put("authorization_endpoint", clinic.server.origin() + "/authorize");
    clinic.metadata.put("code_challenge_methods_supported", List.of("S256"));
    clinic.metadata.put("authorization_response_iss_parameter_supported", true);

    Report report = examine(List.of());

    assertThat(report.isHealthy()).isTrue();
    assertThat(report.problem()).isNull();
    assertThat(report.pins()).isEmpty();
    assertThat(report.findings())
        .extracting(Finding::step)
        .contains(
            "address",
            "connection",
            "clock",
            "challenge",
            "resource_metadata",
            "resource",
            "metadata",
            "issuer",
            "endpoints",
            "flows",
            "pkce",
            "registration",
            "scopes");
    assertThat(report.findings()).extracting(Finding::outcome).containsOnly(Outcome.OK);
    assertThat(clinic.server.paths())
        .doesNotContain("/register", "/device", "/token", "/authorize");
  }

  @Test
  void several_mistakes_are_told_in_one_run() {
    clinic.resourceMetadata.put("resource", clinic.server.origin() + "/other");
    clinic.resourceMetadata.put("authorization_servers", List.of(clinic.server.origin() + "/"));
    clinic.metadata.remove("registration_endpoint");

    Report report = examine(List.of());

    assertThat(failures(report))
        .extracting(Finding::rule)
        .containsExactly(Rule.RFC_9728_RESOURCE, Rule.RFC_8414_ISSUER, Rule.MCP_REGISTRATION);
    assertThat(report.pins())
        .containsExactly(
            "resource=" + clinic.server.origin() + "/other",
            "issuer=" + clinic.server.origin(),
            "client_id=CLIENT_ID");
  }

  @Test
  void pkce_that_is_not_announced_fails_only_where_there_is_no_other_way() {
    clinic.metadata.put("authorization_endpoint", clinic.server.origin() + "/authorize");
    assertThat(examine(List.of()).isHealthy()).isTrue();

    clinic.metadata.remove("device_authorization_endpoint");
    Report report = examine(List.of());
    assertThat(failures(report)).extracting(Finding::rule).containsExactly(Rule.MCP_PKCE);
    assertThat(report.pins()).containsExactly("code_challenge_methods_supported=S256");

    clinic.metadata.put("code_challenge_methods_supported", List.of("plain"));
    assertThat(examine(List.of()).pins()).isEmpty();
  }

  @Test
  void what_names_another_operators_resource_or_issuer_is_not_pinned_away() {
    clinic.resourceMetadata.put("resource", "https://bank.example/mcp");
    Report stranger = examine(List.of());
    assertThat(stranger.pins()).isEmpty();
    assertThat(failures(stranger).getFirst().advice()).contains("token");

    clinic.resourceMetadata.put("resource", clinic.server.origin() + "/mcp");
    clinic.metadata.put("issuer", "https://bank.example");
    Report imposter = examine(List.of());
    assertThat(imposter.pins()).isEmpty();
    assertThat(failures(imposter).getFirst().rule()).isEqualTo(Rule.RFC_8414_ISSUER);
    assertThat(failures(imposter).getFirst().advice()).contains("one operator");
  }

  @Test
  void what_servers_send_is_quoted_without_control_characters_and_cut() {
    clinic.resourceMetadata.put("resource", "https://x/\u001b[31m" + "y".repeat(5000));

    Finding failed = failures(examine(List.of())).getFirst();

    assertThat(failed.sent()).hasSizeLessThan(400).doesNotContain("\u001b");
  }

  @Test
  void a_clock_that_differs_is_a_warning() {
    Report report;
    Clock early = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
    try (LatchClient client = LatchClient.using(new MemoryTokenStore()).clock(early).build()) {
      report = client.examine(clinic.server.uri("/mcp"));
    }

    assertThat(report.findings())
        .filteredOn(finding -> finding.step().equals("clock"))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.outcome()).isEqualTo(Outcome.WARNING);
          assertThat(finding.rule()).isEqualTo(Rule.RFC_9110_DATE);
        });
  }

  @Test
  void a_server_that_publishes_nothing_gets_the_default_endpoints_and_a_warning() {
    clinic.server.on("/mcp", Answer.status(401));
    clinic.server.without(RESOURCE_METADATA).without(METADATA);

    Report report = examine(List.of());

    assertThat(report.isHealthy()).isTrue();
    assertThat(report.discovered().assumed()).isTrue();
    assertThat(report.findings())
        .filteredOn(finding -> finding.outcome() == Outcome.WARNING)
        .extracting(Finding::rule)
        .contains(Rule.RFC_9110_CHALLENGE, Rule.MCP_RESOURCE_METADATA, Rule.MCP_METADATA);
  }

  @Test
  void what_does_not_speak_mcp_or_needs_no_login_is_told() {
    clinic.server.on("/mcp", Answer.status(404));
    assertThat(examine(List.of()).problem()).isEqualTo(Problem.NOT_MCP);
    assertThat(examine(List.of("issuer=" + clinic.server.origin())).isHealthy())
        .as("an API, whose login is where it is said to be")
        .isTrue();

    clinic.server.on("/mcp", Answer.status(308).with("Location", "https://elsewhere.example/mcp"));
    assertThat(examine(List.of()).problem()).isEqualTo(Problem.BAD_ADDRESS);

    clinic.server.on("/mcp", Answer.json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"));
    Report open = examine(List.of());
    assertThat(open.isHealthy()).isTrue();
    assertThat(open.discovered()).isNull();
  }

  @Test
  void silence_and_wrong_addresses_are_not_the_metadatas_fault() {
    try (LatchClient client = client(List.of())) {
      assertThat(client.examine(URI.create("http://localhost:1/mcp")).problem())
          .isEqualTo(Problem.NETWORK);
      assertThat(client.examine(URI.create("http://example.com/mcp")).problem())
          .isEqualTo(Problem.BAD_ADDRESS);
    }
    clinic.server.on(METADATA, Answer.status(503));
    assertThat(examine(List.of()).problem()).isEqualTo(Problem.NETWORK);
  }

  @Test
  void a_pinned_secret_that_is_not_there_is_told_before_a_login() {
    Report report =
        examine(List.of("client_id=a", "client_secret_env=LATCH_TEST_NO_SUCH_VARIABLE"));

    assertThat(failures(report).getFirst().what()).contains("LATCH_TEST_NO_SUCH_VARIABLE");
  }

  @Test
  void a_preset_is_suggested_and_not_applied() {
    clinic.resourceMetadata.put(
        "authorization_servers", List.of(clinic.server.origin() + "/realms/acme"));
    clinic.metadata.put("issuer", clinic.server.origin() + "/realms/acme");
    clinic.server.on(
        "/realms/acme/.well-known/openid-configuration",
        request -> Answer.json(200, clinic.metadata));

    Report report = examine(List.of());

    assertThat(report.presets()).containsExactly(Preset.KEYCLOAK);
    assertThat(report.discovered().settings().isEmpty()).isTrue();
  }

  @Test
  void the_pins_go_with_every_request_of_the_login() {
    List<String> pins =
        List.of(
            "audience=api://clinic",
            "resource=none",
            "device_parameters.x=1",
            "token_parameters.y=2");

    assertThat(login(pins)).isInstanceOf(LoginOutcome.Approved.class);

    FormParameters device = clinic.server.to("/device").getFirst().form();
    assertThat(device.required("audience")).isEqualTo("api://clinic");
    assertThat(device.required("x")).isEqualTo("1");
    assertThat(device.toString()).doesNotContain("resource");
    assertThat(clinic.server.to("/token").getFirst().body())
        .contains("audience=api%3A%2F%2Fclinic")
        .contains("y=2")
        .doesNotContain("resource=")
        .doesNotContain("x=1");
  }
}
