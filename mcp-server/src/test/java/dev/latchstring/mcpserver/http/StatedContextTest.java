package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.oauth.context.McpClaims;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a request states, and what was stated for its token. */
class StatedContextTest {
  private static final String HEADER = "X-MCP-Context";

  private static Scene scene;

  @BeforeAll
  static void open() {
    scene = Scene.open();
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @BeforeEach
  void forget() {
    scene.servlet.received.clear();
  }

  @Test
  void a_servlet_finds_what_the_request_states_apart_from_its_caller() {
    String stated = "{\"session_continuity\":true,\"model_temperature\":0.7,\"max_tokens\":2048}";
    String token =
        scene.token(
            "clinic:read",
            claims -> {
              claims.put("mcp_session_id", "bound");
              claims.put("mcp_scopes", List.of("clinic:read"));
              claims.put("mcp_context", Map.of("intended_use", "chat"));
              return claims;
            });

    assertThat(scene.send(token, call("find_appointments"), HEADER, stated).status())
        .isEqualTo(200);

    assertThat(scene.servlet.seen.get("stated")).hasToString(stated);
    McpClaims bound = (McpClaims) Objects.requireNonNull(scene.servlet.seen.get("mcp"));
    assertThat(bound.sessionId()).isEqualTo("bound");
    assertThat(bound.scopes()).containsExactly("clinic:read");
    assertThat(String.valueOf(bound.context())).isEqualTo("{\"intended_use\":\"chat\"}");
    assertThat(bound.test()).isFalse();
  }

  @Test
  void a_request_that_states_nothing_has_an_empty_context() {
    scene.send(scene.token("clinic:read"), call("find_appointments"));

    assertThat(scene.servlet.seen.get("stated")).hasToString("{}");
    assertThat(scene.servlet.seen).containsEntry("mcp", null);
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("not JSON", "temperature=1"),
        Arguments.of("empty", ""),
        Arguments.of("a list", "[]"),
        Arguments.of("a text", "\"x\""),
        Arguments.of("two objects", "{}{}"),
        Arguments.of("two objects as a list of headers", "{}, {}"),
        Arguments.of("a member twice", "{\"a\":1,\"a\":2}"),
        Arguments.of("too large", "{\"a\":\"" + "x".repeat(4089) + "\"}"),
        Arguments.of("too deep", "{\"a\":".repeat(9) + "1" + "}".repeat(9)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void what_is_malformed_or_too_large_stops_at_the_filter(String what, String stated) {
    Http.Answer answer =
        scene.send(scene.token("clinic:read"), call("find_appointments"), HEADER, stated);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorCode()).isEqualTo(-32600);
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void what_is_just_within_the_limits_goes_through() {
    for (String stated :
        List.of(
            "{\"a\":\"" + "x".repeat(4088) + "\"}", "{\"a\":".repeat(8) + "1" + "}".repeat(8))) {
      assertThat(
              scene
                  .send(scene.token("clinic:read"), call("find_appointments"), HEADER, stated)
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void it_may_come_once() {
    Http.Answer answer =
        scene.send(
            scene.token("clinic:read"), call("find_appointments"), HEADER, "{}", HEADER, "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void it_says_nothing_of_the_caller_and_opens_nothing() {
    String claims =
        "{\"sub\":\"admin\",\"scope\":\"clinic:write\",\"groups\":[\"front-desk\"],"
            + "\"mcp_session_id\":\"x\",\"acr\":\"urn:example:mfa\"}";

    assertThat(
            scene
                .send(scene.token("clinic:read"), call("book_appointment"), HEADER, claims)
                .status())
        .isEqualTo(403);
    assertThat(scene.send(scene.token("clinic:read"), call("read_record"), HEADER, claims).status())
        .isEqualTo(403);
    assertThat(scene.send(scene.token("clinic:read"), call("new_tool"), HEADER, claims).status())
        .isEqualTo(200);
    assertThat(scene.servlet.seen.get("principal")).isEqualTo("alice");
    assertThat(scene.servlet.seen).containsEntry("mcp", null);
  }

  @Test
  void nobody_learns_of_its_limits_without_a_token() {
    assertThat(Http.post(scene.mcp(), call("find_appointments"), HEADER, "[").status())
        .isEqualTo(401);
  }

  @Test
  void claims_of_another_issuer_that_mean_something_else_are_passed_over() {
    String token =
        scene.token(
            "clinic:read",
            claims -> {
              claims.put("mcp_session_id", List.of(1));
              claims.put("mcp_scopes", "a b");
              claims.put("mcp_context", "text");
              return claims;
            });

    assertThat(scene.send(token, call("find_appointments")).status()).isEqualTo(200);
    assertThat(scene.servlet.seen)
        .containsEntry("mcp", new McpClaims(null, List.of(), null, null, false));
  }

  static Stream<Object> testMarks() {
    return Stream.of(true, "true", "false", 1, 0, List.of(), Map.of("a", 1));
  }

  @ParameterizedTest
  @MethodSource("testMarks")
  void a_test_token_is_refused_however_it_is_marked(Object mark) {
    Http.Answer answer =
        scene.send(scene.token("clinic:read", with("mcp_test", mark)), call("find_appointments"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().error()).isEqualTo("invalid_token");
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_token_that_says_it_is_no_test_is_none() {
    assertThat(
            scene
                .send(
                    scene.token("clinic:read", with("mcp_test", false)), call("find_appointments"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void a_server_for_tests_accepts_test_tokens() {
    try (Scene tests = Scene.open(AccessTokenVerifier.Builder::acceptTestTokens, f -> f)) {
      String token = tests.token("clinic:read", with("mcp_test", true));

      assertThat(tests.send(token, call("find_appointments")).status()).isEqualTo(200);
      assertThat(((McpClaims) Objects.requireNonNull(tests.servlet.seen.get("mcp"))).test())
          .isTrue();
      assertThat(
              tests
                  .send(token, call("find_appointments"), "X-MCP-Debug", "true")
                  .header("X-MCP-Debug"))
          .contains("granted");
      assertThat(
              tests
                  .send(
                      tests.token("clinic:read"), call("find_appointments"), "X-MCP-Debug", "true")
                  .header("X-MCP-Debug"))
          .as("an ordinary token tells nothing here either")
          .isNull();
    }
  }
}
