package dev.latchstring.authorizationserver.trace;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.explanation.Explanation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Who learns why a request was decided as it was. */
@Isolated("reads the log")
class DebugTest {
  private static final String GRANT = "grant_type=client_credentials&scope=clinic%3Aread";
  private static final String TOO_MUCH = "grant_type=client_credentials&scope=vault%3Aopen";
  private static final String YAML =
      CLINIC_YAML.replace(
          "accounts:",
          """
            - client_id: curious
              client_secret: "curious-secret-0123456789"
              grant_types: [client_credentials]
              scope: "clinic:read"
              debug: true
          accounts:\
          """);

  private static RunningServer server;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeAll
  static void start() {
    server = RunningServer.start(YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void listen() {
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(RequestTrace.class);
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    Logger logger = (Logger) LoggerFactory.getLogger(RequestTrace.class);
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private static Answer curious(String form, String... headers) {
    return send("curious", "curious-secret-0123456789", form, headers);
  }

  private static Answer send(String client, String secret, String form, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Authorization", basic(client, secret)));
    return server.postRaw("/token", form, all.toArray(String[]::new));
  }

  /** Of this test's requests: what another test asked for may be written after its answer. */
  private List<String> logged() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("POST /token"))
        .toList();
  }

  @Test
  void a_permitted_client_learns_which_check_and_rule_refused_it_and_what_it_turned_on() {
    Answer answer = curious(TOO_MUCH, "X-MCP-Debug", "true");
    assertThat(answer.outcome()).isEqualTo("400 invalid_scope");
    JsonNode told = Json.readTree(answer.header("X-MCP-Debug"));
    assertThat(told.path("decision").asString()).isEqualTo("refused");
    assertThat(told.path("checks").findValuesAsString("check"))
        .containsExactly(
            "request", "client_authentication", "grant_type", "proof_of_possession", "grant");
    JsonNode last = told.path("checks").get(4);
    assertThat(last.path("outcome").asString()).isEqualTo("refused");
    assertThat(last.path("error").asString()).isEqualTo("invalid_scope");
    assertThat(last.path("rule").asString()).contains("vault:open");
    assertThat(last.path("scope_asked").asString()).isEqualTo("vault:open");
    assertThat(logged()).isEmpty();
  }

  @Test
  void a_permitted_client_learns_what_was_granted() {
    Answer answer = curious(GRANT, "X-MCP-Debug", "true");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode told = Json.readTree(answer.header("X-MCP-Debug"));
    assertThat(told.path("decision").asString()).isEqualTo("granted");
    assertThat(told.path("checks").findValuesAsString("scope_given"))
        .containsExactly("clinic:read");
    assertThat(answer.header("X-MCP-Debug"))
        .doesNotContain("curious-secret")
        .doesNotContain(answer.text("access_token"));
  }

  @Test
  void without_the_header_nobody_is_told_anything() {
    assertThat(curious(TOO_MUCH).header("X-MCP-Debug")).isEmpty();
    assertThat(logged()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "1", "yes", "true, true", ""})
  void another_value_asks_for_nothing(String value) {
    assertThat(curious(TOO_MUCH, "X-MCP-Debug", value).header("X-MCP-Debug")).isEmpty();
    assertThat(logged()).isEmpty();
  }

  @Test
  void a_repeated_header_asks_for_nothing() {
    assertThat(
            curious(TOO_MUCH, "X-MCP-Debug", "true", "X-MCP-Debug", "true").header("X-MCP-Debug"))
        .isEmpty();
  }

  @Test
  void a_client_without_permission_is_explained_to_the_log() {
    Answer answer = send("ci-job", "ci-job-secret-0123456789", TOO_MUCH, "X-MCP-Debug", "true");
    assertThat(answer.outcome()).isEqualTo("400 invalid_scope");
    assertThat(answer.header("X-MCP-Debug")).isEmpty();
    assertThat(logged())
        .singleElement()
        .asString()
        .startsWith("POST /token explained: {\"decision\":\"refused\"")
        .contains("\"client_id\":\"ci-job\"")
        .doesNotContain("ci-job-secret");
  }

  @Test
  void a_failed_authentication_is_never_explained_in_the_answer() {
    Answer answer = send("curious", "a-guess", TOO_MUCH, "X-MCP-Debug", "true");
    assertThat(answer.outcome()).isEqualTo("401 invalid_client");
    assertThat(answer.header("X-MCP-Debug")).isEmpty();
    assertThat(logged()).singleElement().asString().doesNotContain("a-guess");
  }

  @Test
  void a_proof_that_is_not_good_is_not_explained_though_the_client_may_debug() {
    Answer answer = curious(GRANT, "X-MCP-Debug", "true", "DPoP", "ey.not.aproof");
    assertThat(answer.outcome()).isEqualTo("400 invalid_dpop_proof");
    assertThat(answer.header("X-MCP-Debug")).isEmpty();
    assertThat(logged()).hasSize(1);
  }

  @Test
  void who_names_a_client_without_proving_it_is_told_nothing() {
    Answer answer =
        server.postRaw("/token", TOO_MUCH + "&client_id=curious", "X-MCP-Debug", "true");
    assertThat(answer.outcome()).isEqualTo("401 invalid_client");
    assertThat(answer.header("X-MCP-Debug")).isEmpty();
  }

  @Test
  void a_request_that_is_refused_before_anybody_proved_anything_is_explained_to_the_log() {
    Answer answer = server.postRaw("/token", "nonsense", "X-MCP-Debug", "true");
    assertThat(answer.outcome()).isEqualTo("400 invalid_request");
    assertThat(answer.header("X-MCP-Debug")).isEmpty();
    assertThat(logged()).hasSize(1);
  }

  @Test
  void an_explanation_is_one_line_of_ascii_whatever_the_caller_wrote() {
    Answer answer =
        curious("grant_type=" + "%0d%0aX-Injected:%201%c3%a9".repeat(400), "X-MCP-Debug", "true");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.response().headers().firstValue("X-Injected")).isEmpty();
    String told = answer.header("X-MCP-Debug");
    assertThat(told.chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    assertThat(told).hasSizeLessThanOrEqualTo(Explanation.MAX_LENGTH);
    assertThat(Json.readTree(told).path("decision").asString()).isEqualTo("refused");
  }

  @Test
  void what_caches_may_keep_is_never_explained() {
    Answer answer = server.get("/jwks", "X-MCP-Debug", "true");
    assertThat(answer.header("X-MCP-Debug")).isEmpty();
  }

  @Test
  void a_public_client_cannot_be_given_the_permission() {
    assertThatThrownBy(() ->
            RunningServer.start(
                CLINIC_YAML.replace(
                    "- client_id: other-phone", "- client_id: other-phone\n    debug: true")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'other-phone'")
        .hasMessageContaining("debug is for clients that authenticate");
  }
}
