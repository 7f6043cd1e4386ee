package dev.latchstring.authorizationserver.context;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** {@code mcp_context} at the grants that need no browser redirect, over real HTTP. */
@OnEveryDatabase
class ModelContextTest {
  private static final String STATED =
      "{\"model_session_id\":\"session-1\",\"intended_use\":\"chat\",\"deep\":{\"list\":[1,2.5]}}";

  private static RunningServer server;

  ModelContextTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server = RunningServer.start(kind, CLINIC_YAML);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static Answer machine(String... more) {
    Map<String, String> request = form("grant_type", "client_credentials", "resource", CLINIC);
    request.putAll(form(more));
    return server.asCiJob("/token", flat(request));
  }

  private static String[] flat(Map<String, String> request) {
    return request.entrySet().stream()
        .flatMap(each -> Stream.of(each.getKey(), each.getValue()))
        .toArray(String[]::new);
  }

  private static JWTClaimsSet claims(String jwt) throws Exception {
    return SignedJWT.parse(jwt).getJWTClaimsSet();
  }

  @Test
  void what_a_job_states_comes_back_and_a_part_of_it_is_in_its_token() throws Exception {
    Answer answer = machine("mcp_context", STATED);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.json().path("mcp_model_context")).isEqualTo(Json.readTree(STATED));
    JWTClaimsSet claims = claims(answer.text("access_token"));
    assertThat(claims.getStringClaim("mcp_session_id")).isEqualTo("session-1");
    assertThat(claims.getStringListClaim("mcp_scopes")).containsExactly("clinic:read");
    assertThat(claims.getClaim("mcp_context")).as("members that nobody configured").isNull();
    JsonNode told = server.introspect(answer.text("access_token"));
    assertThat(told.path("mcp_session_id").asString()).isEqualTo("session-1");
    assertThat(told.path("mcp_scopes").toString()).isEqualTo("[\"clinic:read\"]");
  }

  @Test
  void who_states_nothing_gets_tokens_as_before() throws Exception {
    Answer answer = machine();
    JsonNode login = server.login();

    assertThat(answer.json().has("mcp_model_context")).isFalse();
    assertThat(login.has("mcp_model_context")).isFalse();
    for (String token :
        List.of(answer.text("access_token"), login.path("access_token").asString())) {
      assertThat(claims(token).getClaims().keySet()).noneMatch(name -> name.startsWith("mcp_"));
      assertThat(server.introspect(token).propertyNames())
          .noneMatch(name -> name.startsWith("mcp_"));
    }
  }

  @Test
  void an_opaque_token_says_all_of_it() {
    Answer answer =
        server.post(
            "/token",
            "grant_type",
            "client_credentials",
            "client_id",
            "poster",
            "client_secret",
            "poster-secret-0123456789",
            "resource",
            VAULT,
            "scope",
            "vault:open",
            "mcp_context",
            STATED);

    JsonNode told = server.introspect(answer.text("access_token"));
    assertThat(told.path("mcp_context")).isEqualTo(Json.readTree(STATED));
    assertThat(told.path("mcp_session_id").asString()).isEqualTo("session-1");
  }

  @Test
  void a_login_keeps_the_context_it_began_in() throws Exception {
    JsonNode login = server.login("mcp_context", STATED);

    assertThat(login.path("mcp_model_context")).isEqualTo(Json.readTree(STATED));
    String token = login.path("access_token").asString();
    assertThat(claims(token).getStringClaim("mcp_session_id")).isEqualTo("session-1");
    assertThat(server.introspect(token).path("mcp_context")).isEqualTo(Json.readTree(STATED));

    Answer refreshed = server.refresh("phone", login.path("refresh_token").asString());
    assertThat(refreshed.json().path("mcp_model_context")).isEqualTo(Json.readTree(STATED));
    assertThat(claims(refreshed.text("access_token")).getStringClaim("mcp_session_id"))
        .isEqualTo("session-1");
    assertThat(
            server
                .post("/introspect", "client_id", "phone", "token", refreshed.text("refresh_token"))
                .status())
        .as("a public client may not introspect")
        .isEqualTo(401);
  }

  @Test
  void a_poll_states_the_same_context_or_none() {
    JsonNode asked = server.ask("mcp_context", "{\"model_session_id\":\"s\",\"a\":[1]}");
    server.decide(asked, "alice", "correct horse", "allow");

    for (String other : List.of("{\"model_session_id\":\"t\",\"a\":[1]}", "{}", "{\"a\":[1]}")) {
      assertThat(pollWith(asked, other).outcome()).isEqualTo("400 invalid_grant");
    }
    assertThat(pollWith(asked, "[]").outcome()).isEqualTo("400 invalid_request");
    assertThat(pollWith(asked, " {\"a\": [1], \"model_session_id\": \"s\"} ").outcome())
        .as("the same, written in another way")
        .isEqualTo("200");
  }

  @Test
  void a_poll_cannot_bring_a_context_to_a_request_that_had_none() {
    JsonNode asked = server.ask();
    server.decide(asked, "alice", "correct horse", "allow");

    assertThat(pollWith(asked, STATED).outcome()).isEqualTo("400 invalid_grant");
    assertThat(server.poll("phone", asked).outcome()).isEqualTo("200");
  }

  private static Answer pollWith(JsonNode asked, String context) {
    return server.post(
        "/token",
        "grant_type",
        RunningServer.DEVICE_GRANT,
        "client_id",
        "phone",
        "device_code",
        asked.path("device_code").asString(),
        "mcp_context",
        context);
  }

  @Test
  void a_refresh_may_bring_another_context_of_the_same_session() throws Exception {
    JsonNode login = server.login("mcp_context", STATED);
    String older = login.path("access_token").asString();
    assertThat(server.introspect(older).path("mcp_context")).isEqualTo(Json.readTree(STATED));

    Answer first =
        server.refresh(
            "phone",
            login.path("refresh_token").asString(),
            "mcp_context",
            "{\"intended_use\":\"batch\"}");
    assertThat(server.introspect(older).path("mcp_context").path("intended_use").asString())
        .as("an older token is of the same login, whatever was answered about it before")
        .isEqualTo("batch");
    assertThat(first.json().path("mcp_model_context").toString())
        .as("the session stays where it is not named")
        .isEqualTo("{\"model_session_id\":\"session-1\",\"intended_use\":\"batch\"}");
    assertThat(claims(first.text("access_token")).getStringClaim("mcp_session_id"))
        .isEqualTo("session-1");

    String token = first.text("refresh_token");
    assertThat(
            server
                .refresh("phone", token, "mcp_context", "{\"model_session_id\":\"session-2\"}")
                .outcome())
        .isEqualTo("400 invalid_request");
    assertThat(server.refresh("phone", token, "mcp_context", "{\"a\":1,\"a\":2}").outcome())
        .isEqualTo("400 invalid_request");

    Answer second = server.refresh("phone", token);
    assertThat(second.outcome()).as("what was refused used nothing up").isEqualTo("200");
    assertThat(second.json().path("mcp_model_context").path("intended_use").asString())
        .as("the context that came last stays")
        .isEqualTo("batch");
    assertThat(server.introspect(second.text("access_token")).path("mcp_context").toString())
        .isEqualTo("{\"model_session_id\":\"session-1\",\"intended_use\":\"batch\"}");
  }

  @Test
  void of_refreshes_at_once_that_name_different_sessions_one_wins() throws Exception {
    JsonNode login = server.login();
    String token = login.path("refresh_token").asString();

    AtomicInteger number = new AtomicInteger();
    List<Answer> answers =
        Together.run(
            6,
            () ->
                server.refresh(
                    "phone",
                    token,
                    "mcp_context",
                    "{\"model_session_id\":\"s-" + number.incrementAndGet() + "\"}"));

    List<Answer> good = answers.stream().filter(answer -> answer.status() == 200).toList();
    assertThat(good).as("%s", answers.stream().map(Answer::outcome).toList()).hasSize(1);
    String session = claims(good.getFirst().text("access_token")).getStringClaim("mcp_session_id");
    assertThat(
            server
                .introspect(good.getFirst().text("access_token"))
                .path("mcp_context")
                .path("model_session_id")
                .asString())
        .isEqualTo(session);
    assertThat(server.refresh("phone", good.getFirst().text("refresh_token")).outcome())
        .isEqualTo("200");
  }

  @Test
  void a_confidential_client_may_change_its_context_too() {
    JsonNode asked =
        server
            .postAs(
                "backend",
                "backend-secret-0123456789",
                "/device_authorization",
                "resource",
                CLINIC,
                "mcp_context",
                STATED)
            .json();
    server.decide(asked, "alice", "correct horse", "allow");
    Answer login =
        backend(
            "grant_type", RunningServer.DEVICE_GRANT, "device_code", text(asked, "device_code"));
    String token = login.text("refresh_token");

    assertThat(
            backend(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    token,
                    "mcp_context",
                    "{\"model_session_id\":\"other\"}")
                .outcome())
        .isEqualTo("400 invalid_request");
    assertThat(
            backend(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    token,
                    "mcp_context",
                    "{\"step\":2}")
                .outcome())
        .isEqualTo("200");
    JsonNode told =
        server.postAs("backend", "backend-secret-0123456789", "/introspect", "token", token).json();
    assertThat(told.path("mcp_context").toString())
        .isEqualTo("{\"model_session_id\":\"session-1\",\"step\":2}");
  }

  private static Answer backend(String... form) {
    return server.postAs("backend", "backend-secret-0123456789", "/token", form);
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString();
  }

  @Test
  void nothing_that_is_stated_decides_anything() throws Exception {
    String claims =
        "{\"sub\":\"admin\",\"scope\":\"clinic:write\",\"groups\":[\"owners\"],\"aud\":\"x\","
            + "\"acr\":\"high\",\"cnf\":{\"jkt\":\"x\"},\"exp\":9999999999,\"mcp_test\":true,"
            + "\"mcp_scopes\":[\"all\"],\"client_id\":\"other\"}";
    JWTClaimsSet plain = claims(machine().text("access_token"));
    JWTClaimsSet stated = claims(machine("mcp_context", claims).text("access_token"));

    for (String name : List.of("sub", "scope", "aud", "client_id", "exp", "iss")) {
      assertThat(stated.getClaim(name)).as(name).isEqualTo(plain.getClaim(name));
    }
    assertThat(stated.getClaims().keySet())
        .doesNotContain("groups", "acr", "cnf", "mcp_test", "mcp_context");
    assertThat(stated.getStringListClaim("mcp_scopes")).containsExactly("clinic:read");
    assertThat(machine("mcp_context", claims, "scope", "clinic:write").outcome())
        .isEqualTo("400 invalid_scope");
  }

  static Stream<Arguments> unusable() {
    String text = "x".repeat(4096);
    return Stream.of(
        Arguments.of("not JSON", "{a}"),
        Arguments.of("a list", "[{}]"),
        Arguments.of("a text", "\"{}\""),
        Arguments.of("null", "null"),
        Arguments.of("a number", "1"),
        Arguments.of("more than one value", "{} {}"),
        Arguments.of("a member twice", "{\"a\":1,\"a\":2}"),
        Arguments.of("too large", "{\"a\":\"" + text.substring(0, 4089) + "\"}"),
        Arguments.of("too many bytes", "{\"a\":\"" + "é".repeat(2045) + "\"}"),
        Arguments.of("too deep", "{\"a\":".repeat(9) + "1" + "}".repeat(9)),
        Arguments.of("far too deep", "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}"),
        Arguments.of("a number beyond all", "{\"a\":1e999}"),
        Arguments.of("a session that is no text", "{\"model_session_id\":7}"),
        Arguments.of("an empty session", "{\"model_session_id\":\"\"}"),
        Arguments.of("a long session", "{\"model_session_id\":\"" + text.substring(0, 129) + "\"}"),
        Arguments.of("a session with a line break", "{\"model_session_id\":\"a\\nb\"}"),
        Arguments.of("a session of other letters", "{\"model_session_id\":\"é\"}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void what_is_malformed_or_too_large_is_refused_wherever_it_comes(String what, String context) {
    String refresh = server.login().path("refresh_token").asString();

    for (Answer answer :
        List.of(
            machine("mcp_context", context),
            server.post(
                "/device_authorization",
                "client_id",
                "phone",
                "resource",
                CLINIC,
                "mcp_context",
                context),
            server.refresh("phone", refresh, "mcp_context", context))) {
      assertThat(answer.outcome()).isEqualTo("400 invalid_request");
      assertThat(answer.text("error_description")).contains("mcp_context").containsPattern("[0-9]");
    }
    assertThat(server.refresh("phone", refresh).outcome()).isEqualTo("200");
  }

  @Test
  void what_is_just_within_the_limits_is_taken() {
    String largest = "{\"a\":\"" + "x".repeat(4088) + "\"}";
    String deepest = "{\"a\":".repeat(8) + "1" + "}".repeat(8);
    assertThat(largest).hasSize(4096);

    assertThat(machine("mcp_context", largest).outcome()).isEqualTo("200");
    assertThat(machine("mcp_context", deepest).outcome()).isEqualTo("200");
    assertThat(machine("mcp_context", "{}").json().path("mcp_model_context").toString())
        .isEqualTo("{}");
    assertThat(machine("mcp_context", "").json().has("mcp_model_context"))
        .as("an empty parameter is none (RFC 6749 section 3.1)")
        .isFalse();
  }

  @Test
  void a_context_that_comes_twice_is_refused() {
    String twice =
        FormParameters.encode(form("grant_type", "client_credentials", "mcp_context", "{}"))
            + "&mcp_context=%7B%7D";

    assertThat(
            server
                .postRaw(
                    "/token",
                    twice,
                    "Authorization",
                    RunningServer.basic("ci-job", "ci-job-secret-0123456789"))
                .outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void an_operator_may_name_the_members_that_tokens_repeat() throws Exception {
    try (RunningServer other =
        RunningServer.start("mcp_context: {token_members: [intended_use]}\n" + CLINIC_YAML)) {
      Answer answer =
          other.asCiJob(
              "/token",
              "grant_type",
              "client_credentials",
              "resource",
              CLINIC,
              "mcp_context",
              STATED);

      JWTClaimsSet claims = claims(answer.text("access_token"));
      assertThat(claims.getJSONObjectClaim("mcp_context"))
          .isEqualTo(Map.of("intended_use", "chat"));
      assertThat(claims.getClaim("mcp_session_id")).isNull();
    }
  }
}
