package dev.latchstring.authorizationserver.introspection;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** RFC 7662 over real HTTP. */
class IntrospectionTest {
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static boolean active(String token) {
    return server.introspect(token).path("active").asBoolean();
  }

  @Test
  void a_persons_token_is_told_with_the_person() {
    JsonNode tokens = server.login("scope", "clinic:read clinic:write");

    JsonNode told = server.introspect(tokens.path("access_token").asString());

    assertThat(told.path("active").asBoolean()).isTrue();
    assertThat(told.path("scope").asString()).isEqualTo("clinic:read clinic:write");
    assertThat(told.path("client_id").asString()).isEqualTo("phone");
    assertThat(told.path("token_type").asString()).isEqualTo("Bearer");
    assertThat(told.path("iss").asString()).isEqualTo(server.issuer());
    assertThat(told.path("aud").asString()).isEqualTo(CLINIC);
    assertThat(told.path("username").asString()).isEqualTo("alice");
    assertThat(told.path("groups").get(0).asString()).isEqualTo("front-desk");
    assertThat(told.path("exp").asLong() - told.path("iat").asLong()).isEqualTo(600);
    assertThat(told.path("auth_time").asLong()).isPositive();
    assertThat(told.path("jti").asString()).isNotEmpty();
  }

  @Test
  void a_token_that_is_over_says_nothing_but_that() {
    String token = server.login().path("access_token").asString();
    server.clock().advance(Duration.ofSeconds(600));

    Answer answer = server.asClinicServer("/introspect", "token", token);

    assertThat(answer.body()).isEqualTo("{\"active\":false}");
  }

  @Test
  void a_refresh_token_is_told_to_its_client_alone() {
    Answer asked =
        server.postAs(
            "backend", "backend-secret-0123456789", "/device_authorization", "resource", CLINIC);
    server.decide(asked.json(), "alice", "correct horse", "allow");
    Answer tokens =
        server.postAs(
            "backend",
            "backend-secret-0123456789",
            "/token",
            "grant_type",
            RunningServer.DEVICE_GRANT,
            "device_code",
            asked.text("device_code"));
    String refreshToken = tokens.text("refresh_token");

    assertThat(active(refreshToken)).isFalse();
    Answer own =
        server.postAs("backend", "backend-secret-0123456789", "/introspect", "token", refreshToken);
    assertThat(own.json().path("active").asBoolean()).isTrue();
    assertThat(own.text("token_type")).isEqualTo("refresh_token");
  }

  @Test
  void a_client_that_registered_itself_may_ask_about_its_own_tokens_alone() {
    JsonNode stranger = server.postJson("/register", "{\"client_name\":\"stranger\"}").json();
    String token =
        server
            .asCiJob("/token", "grant_type", "client_credentials", "resource", CLINIC)
            .text("access_token");
    assertThat(active(token)).isTrue();

    Answer answer =
        server.postAs(
            stranger.path("client_id").asString(),
            stranger.path("client_secret").asString(),
            "/introspect",
            "token",
            token);

    assertThat(answer.body()).isEqualTo("{\"active\":false}");
  }

  @Test
  void a_tampered_token_is_not_active() {
    String token =
        server
            .asCiJob("/token", "grant_type", "client_credentials", "resource", CLINIC)
            .text("access_token");
    int middle = token.indexOf('.') + 20;
    char other = token.charAt(middle) == 'A' ? 'B' : 'A';

    assertThat(active(token.substring(0, middle) + other + token.substring(middle + 1))).isFalse();
    assertThat(active(token.substring(0, token.lastIndexOf('.') + 1))).isFalse();
    assertThat(active("a.b.c")).isFalse();
    assertThat(active("....")).isFalse();
    assertThat(active("x".repeat(40_000))).isFalse();
    assertThat(active("x." + "x".repeat(40_000))).isFalse();
  }

  @Test
  void a_token_of_an_account_that_is_gone_is_not_active() throws Exception {
    var database = DatabaseKind.SQLITE.fresh();
    TestClock clock = new TestClock();
    var data = RunningServer.directory();
    String pinned = "issuer: http://localhost:" + freePort() + "\n";
    String before = pinned + "port: " + pinned.strip().replaceAll(".*:", "") + "\n" + CLINIC_YAML;
    JsonNode tokens;
    try (RunningServer first = RunningServer.start(database, before, clock, data)) {
      tokens = first.login();
      assertThat(
              first.introspect(tokens.path("access_token").asString()).path("active").asBoolean())
          .isTrue();
    }

    String after = before.replace("username: alice", "username: anna");
    try (RunningServer second = RunningServer.start(database, after, clock, data)) {
      assertThat(
              second.introspect(tokens.path("access_token").asString()).path("active").asBoolean())
          .isFalse();
      assertThat(second.refresh("phone", tokens.path("refresh_token").asString()).outcome())
          .isEqualTo("400 invalid_grant");
    }
  }

  private static int freePort() throws java.io.IOException {
    try (var socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no token         | ''                                              | 400 invalid_request
          empty token      | token=                                          | 400 invalid_request
          token twice      | token=a&token=b                                 | 400 invalid_request
          unknown token    | token=abc                                       | 200
          a hint           | token=abc&token_type_hint=refresh_token         | 200
          an unknown hint  | token=abc&token_type_hint=saml                  | 200
          """)
  void a_question_that_is_wrong_is_told_what_is_wrong(String what, String body, String outcome) {
    Answer answer =
        server.postRaw(
            "/introspect",
            body,
            "Authorization",
            RunningServer.basic("clinic-server", "clinic-server-secret-01234"));
    assertThat(answer.outcome()).isEqualTo(outcome);
  }

  @Test
  void who_does_not_authenticate_is_told_nothing() {
    assertThat(server.post("/introspect", "token", "abc").outcome())
        .isEqualTo("401 invalid_client");
    assertThat(server.post("/introspect", "token", "abc", "client_id", "phone").outcome())
        .isEqualTo("401 invalid_client");
    assertThat(server.postAs("clinic-server", "wrong", "/introspect", "token", "abc").outcome())
        .isEqualTo("401 invalid_client");
  }
}
