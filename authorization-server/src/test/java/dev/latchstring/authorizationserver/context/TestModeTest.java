package dev.latchstring.authorizationserver.context;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.oauth.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code latch serve --test-mode}: what it gives, to whom, and where it refuses to start. */
class TestModeTest {
  private static final String YAML =
      """
      clients:
        - client_id: test_client
          client_secret: "test-secret-0123456789"
          token_endpoint_auth_method: client_secret_post
          grant_types: [client_credentials, "urn:ietf:params:oauth:grant-type:token-exchange"]
          scope: "mc:test_all"
          test: true
        - client_id: other_client
          client_secret: "other-secret-0123456789"
          token_endpoint_auth_method: client_secret_post
          grant_types: [client_credentials]
        - client_id: clinic-server
          client_secret: "clinic-server-secret-01234"
          grant_types: []
      resources:
        - resource: http://localhost:9100/mcp
          scopes: ["mc:test_all"]
        - resource: http://localhost:9300/mcp
          scopes: ["mc:test_all"]
      exchanges:
        - client: test_client
          from: http://localhost:9100/mcp
          to: http://localhost:9300/mcp
      """;

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.startInTestMode(YAML, data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer ask(String... more) {
    return askAs("test", more);
  }

  private static Answer askAs(String client, String... more) {
    String[] ground = {
      "grant_type",
      "client_credentials",
      "client_id",
      client + "_client",
      "client_secret",
      client + "-secret-0123456789",
      "resource",
      CLINIC,
      "scope",
      "mc:test_all"
    };
    return server.post(
        "/token", Stream.of(ground, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private static JWTClaimsSet claims(Answer answer) throws Exception {
    assertThat(answer.outcome()).isEqualTo("200");
    return SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
  }

  @Test
  void a_test_client_says_what_its_token_says_of_mcp() throws Exception {
    Answer answer =
        ask("mcp_test_mode", "true", "mcp_override_context", "{\"bypass_limits\":true}");

    JWTClaimsSet token = claims(answer);
    assertThat(token.getBooleanClaim("mcp_test")).isTrue();
    assertThat(token.getJSONObjectClaim("mcp_context")).isEqualTo(Map.of("bypass_limits", true));
    assertThat(token.getStringListClaim("mcp_scopes")).containsExactly("mc:test_all");
    var told = server.introspect(answer.text("access_token"));
    assertThat(told.path("active").asBoolean()).isTrue();
    assertThat(told.path("mcp_test").asBoolean()).isTrue();
  }

  @Test
  void claims_of_mcp_can_be_replaced_one_by_one() throws Exception {
    String context = "{\"model_session_id\":\"real\",\"a\":1}";
    JWTClaimsSet token =
        claims(
            ask(
                "mcp_test_mode",
                "true",
                "mcp_context",
                context,
                "mcp_override_context",
                "{\"mcp_session_id\":\"made-up\",\"mcp_scopes\":[\"x\",\"y\"],"
                    + "\"mcp_metadata\":{\"m\":1},\"mcp_context\":{\"b\":2},\"c\":3}"));

    assertThat(token.getStringClaim("mcp_session_id")).isEqualTo("made-up");
    assertThat(token.getStringListClaim("mcp_scopes")).containsExactly("x", "y");
    assertThat(Json.write(token.getJSONObjectClaim("mcp_metadata"))).isEqualTo("{\"m\":1}");
    assertThat(Json.write(token.getJSONObjectClaim("mcp_context"))).isEqualTo("{\"b\":2,\"c\":3}");
    assertThat(token.getStringClaim("scope")).as("what counts").isEqualTo("mc:test_all");

    JWTClaimsSet plain = claims(ask("mcp_test_mode", "true", "mcp_context", context));
    assertThat(plain.getStringClaim("mcp_session_id")).isEqualTo("real");
    assertThat(plain.getBooleanClaim("mcp_test")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "client_id",
        "scope",
        "auth_time",
        "acr",
        "amr",
        "grant_id",
        "preferred_username",
        "groups",
        "teams",
        "act",
        "cnf",
        "mcp_test"
      })
  void no_other_claim_can_be_touched(String claim) {
    for (String value : List.of("\"x\"", "null", "false", "{}", "[\"x\"]")) {
      Answer answer =
          ask("mcp_test_mode", "true", "mcp_override_context", "{\"" + claim + "\":" + value + "}");
      assertThat(answer.outcome()).isEqualTo("400 invalid_request");
      assertThat(answer.text("error_description")).contains(claim);
    }
  }

  @Test
  void an_override_that_names_them_deeper_touches_nothing_either() throws Exception {
    JWTClaimsSet plain = claims(ask());
    JWTClaimsSet token =
        claims(
            ask(
                "mcp_test_mode",
                "true",
                "mcp_override_context",
                "{\"mcp_context\":{\"sub\":\"admin\",\"scope\":\"all\"},\"x\":{\"aud\":\"y\"}}"));

    for (String name : List.of("iss", "sub", "aud", "client_id", "scope", "exp")) {
      assertThat(token.getClaim(name)).as(name).isEqualTo(plain.getClaim(name));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "true",
        "{\"a\":1,\"a\":2}",
        "{\"mcp_scopes\":\"x\"}",
        "{\"mcp_scopes\":[1]}",
        "{\"mcp_session_id\":7}",
        "{\"mcp_context\":[]}",
        "{\"mcp_metadata\":\"x\"}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}"
      })
  void a_malformed_override_is_refused(String override) {
    assertThat(ask("mcp_test_mode", "true", "mcp_override_context", override).outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void a_long_override_is_refused() {
    for (String override :
        List.of(
            "{\"a\":\"" + "x".repeat(4096) + "\"}",
            "{\"mcp_session_id\":\"" + "x".repeat(129) + "\"}")) {
      assertThat(ask("mcp_test_mode", "true", "mcp_override_context", override).outcome())
          .isEqualTo("400 invalid_request");
    }
  }

  @Test
  void who_is_not_marked_gets_no_test_token_and_no_real_one_instead() throws Exception {
    assertThat(askAs("other", "mcp_test_mode", "true").outcome())
        .isEqualTo("400 unauthorized_client");
    assertThat(ask("mcp_test_mode", "yes").outcome()).isEqualTo("400 invalid_request");
    assertThat(ask("mcp_override_context", "{}").outcome()).isEqualTo("400 invalid_request");
    assertThat(ask("mcp_test_mode", "false", "mcp_override_context", "{}").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(claims(ask("mcp_test_mode", "false")).getClaim("mcp_test")).isNull();
    assertThat(claims(ask()).getClaim("mcp_test")).isNull();
  }

  @Test
  void every_caller_may_see_why_it_was_decided_so() {
    Answer answer =
        server.postRaw(
            "/token",
            "grant_type=client_credentials&client_id=test_client&resource=http://localhost:9100/mcp"
                + "&client_secret=test-secret-0123456789&scope=other",
            "X-MCP-Debug",
            "true");
    assertThat(answer.outcome()).isEqualTo("400 invalid_scope");
    assertThat(answer.header("X-MCP-Debug")).contains("client_authentication");
  }

  @Test
  void a_test_token_is_exchanged_for_nothing() {
    assertThat(exchange(ask("mcp_test_mode", "true")).outcome()).isEqualTo("400 invalid_request");
    assertThat(exchange(ask()).outcome()).as("a real one").isEqualTo("200");
  }

  private static Answer exchange(Answer token) {
    return server.post(
        "/token",
        "grant_type",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "client_id",
        "test_client",
        "client_secret",
        "test-secret-0123456789",
        "subject_token",
        token.text("access_token"),
        "subject_token_type",
        "urn:ietf:params:oauth:token-type:access_token",
        "resource",
        "http://localhost:9300/mcp");
  }

  @Test
  void a_server_that_is_not_in_test_mode_gives_none() {
    try (RunningServer ordinary = RunningServer.start(RunningServer.CLINIC_YAML)) {
      Answer answer =
          ordinary.asCiJob(
              "/token",
              "grant_type",
              "client_credentials",
              "resource",
              CLINIC,
              "mcp_test_mode",
              "true");
      assertThat(answer.outcome()).isEqualTo("400 unauthorized_client");
      assertThat(ordinary.get("/jwks", "X-Forwarded-For", "203.0.113.7").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded",
        "X-Forwarded-For",
        "x-forwarded-host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "Via"
      })
  void nothing_that_was_forwarded_is_answered(String header) {
    for (String path :
        List.of("/jwks", "/.well-known/oauth-authorization-server", "/device", "/nowhere")) {
      assertThat(server.get(path, header, "203.0.113.7").status()).isEqualTo(400);
    }
    assertThat(server.get("/jwks").status()).isEqualTo(200);
  }

  static Stream<Arguments> outOfPlace() {
    return Stream.of(
        Arguments.of("issuer: https://auth.example.com\n", "issuer"),
        Arguments.of("issuer: http://localhost:9000\nbind: 0.0.0.0\n", "bind"),
        Arguments.of("bind: 192.168.1.5\n", "bind"),
        Arguments.of("bind: \"::\"\n", "bind"),
        Arguments.of("trusted_proxies: [127.0.0.1]\n", "trusted_proxies"),
        Arguments.of("database: {url: \"jdbc:postgresql://localhost/latch\"}\n", "database"),
        Arguments.of("database: {url: \"jdbc:sqlite:/elsewhere/latchstring.db\"}\n", "database"));
  }

  @ParameterizedTest
  @MethodSource("outOfPlace")
  void what_is_in_reach_of_others_does_not_start_in_test_mode(String yaml, String key) {
    assertThatThrownBy(() -> read(yaml, true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(key)
        .hasMessageContaining("--test-mode");
    ServerConfiguration ordinary = read(yaml, false);
    assertThat(ordinary.testMode()).isFalse();
  }

  @Test
  void a_test_client_has_no_place_in_an_ordinary_server() {
    assertThatThrownBy(() -> read(YAML, false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("test_client")
        .hasMessageContaining("--test-mode");
  }

  @Test
  void the_data_of_tests_is_beside_the_users_own() {
    Overrides overrides =
        new Overrides(Map.of(), null, null, null, null, Path.of("/home/me/latchstring"), true);

    assertThat(ConfigurationReader.parse("", overrides).data())
        .isEqualTo(Path.of("/home/me/latchstring/test-mode"));
  }

  private static ServerConfiguration read(String yaml, boolean testMode) {
    return ConfigurationReader.parse(
        "data: /tmp/nowhere\n" + yaml,
        new Overrides(Map.of(), null, null, null, null, null, testMode));
  }

  @Test
  void each_start_has_fresh_keys_and_an_empty_database(@TempDir Path own) throws Exception {
    String keys;
    try (RunningServer first = RunningServer.startInTestMode(YAML, own)) {
      keys = first.get("/jwks").body();
      assertThat(own.resolve("server.key")).doesNotExist();
      assertThat(own.resolve("latchstring.db")).exists();
    }
    assertThat(own.resolve("latchstring.db")).as("forgotten at the end").doesNotExist();
    Files.writeString(own.resolve("latchstring.db"), "what a killed server left");

    try (RunningServer second = RunningServer.startInTestMode(YAML, own)) {
      assertThat(second.get("/jwks").status()).isEqualTo(200);
      assertThat(second.get("/jwks").body()).isNotEqualTo(keys);
    }
  }

  @Test
  void a_directory_is_a_test_servers_or_an_ordinary_ones(@TempDir Path kept, @TempDir Path own)
      throws Exception {
    Path database = Files.writeString(kept.resolve("latchstring.db"), "precious");
    assertThatThrownBy(() -> RunningServer.startInTestMode(YAML, kept))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not empty");
    assertThat(database).hasContent("precious");

    RunningServer.startInTestMode(YAML, own).close();
    assertThatThrownBy(() ->
            dev.latchstring.authorizationserver.AuthorizationServer.start(
                ConfigurationReader.parse(
                    "port: 0\naccounts: []\ndata: " + own, Overrides.of(Map.of()))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("test server");
    assertThatThrownBy(() -> RunningServer.startInTestMode(YAML, data))
        .as("one at a time")
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("in use");
    assertThat(server.get("/healthz").status()).as("which goes on").isEqualTo(200);
  }
}
