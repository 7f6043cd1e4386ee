package dev.latchstring.mcpserver.trace;

import static dev.latchstring.mcpserver.fixture.Scene.MFA;
import static dev.latchstring.mcpserver.fixture.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.oauth.Json;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Which caller learns why a message was decided as it was. */
class AccessDebugTest {
  private final Scene scene =
      Scene.open(UnaryOperator.identity(), filter -> filter.debugClients("curious"));

  @AfterEach
  void close() {
    scene.close();
  }

  private Http.Answer ask(String client, String scope, String tool) {
    return scene.send(scene.tokenOf("alice", client, scope), call(tool), "X-MCP-Debug", "true");
  }

  private static JsonNode last(Http.Answer answer) {
    JsonNode checks = Json.readTree(answer.header("X-MCP-Debug")).path("checks");
    return checks.get(checks.size() - 1);
  }

  @Test
  void a_listed_client_learns_what_its_call_needs_and_lacks() {
    Http.Answer answer = ask("curious", "clinic:read", "book_appointment");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(Json.readTree(answer.header("X-MCP-Debug")).path("decision").asString())
        .isEqualTo("refused");
    JsonNode decision = last(answer);
    assertThat(decision.path("check").asString()).isEqualTo("message");
    assertThat(decision.path("outcome").asString()).isEqualTo("refused");
    assertThat(decision.path("error").asString()).isEqualTo("insufficient_scope");
    assertThat(decision.path("tool").asString()).isEqualTo("book_appointment");
    assertThat(decision.path("scope_required").asString()).isEqualTo("clinic:read clinic:write");
    assertThat(decision.path("scope_missing").asString()).isEqualTo("clinic:write");
  }

  @Test
  void a_granted_call_is_explained_too() {
    Http.Answer answer = ask("curious", "clinic:read", "find_appointments");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode told = Json.readTree(answer.header("X-MCP-Debug"));
    assertThat(told.path("decision").asString()).isEqualTo("granted");
    assertThat(told.path("checks").findValuesAsString("check"))
        .containsExactly("access_token", "request", "message");
    assertThat(answer.header("X-MCP-Debug")).doesNotContain("alice");
  }

  @Test
  void a_login_that_is_too_weak_is_explained() {
    JsonNode decision = last(ask("curious", "clinic:sign", "sign_prescription"));

    assertThat(decision.path("error").asString()).isEqualTo("insufficient_user_authentication");
    assertThat(decision.path("acr_required").asString()).isEqualTo(MFA);
  }

  @Test
  void which_teams_a_tool_is_for_is_not_told() {
    Http.Answer answer = ask("curious", "clinic:read", "read_record");

    assertThat(last(answer).path("error").asString()).isEqualTo("access_denied");
    assertThat(answer.header("X-MCP-Debug")).doesNotContain("front-desk").doesNotContain("ward");
  }

  @Test
  void a_client_that_is_not_listed_is_not_told() {
    assertThat(ask("other", "clinic:read", "book_appointment").header("X-MCP-Debug")).isNull();
  }

  @Test
  void who_does_not_ask_is_not_told() {
    assertThat(
            scene
                .send(scene.tokenOf("alice", "curious", "clinic:read"), call("book_appointment"))
                .header("X-MCP-Debug"))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "1", "true,true", ""})
  void another_value_asks_for_nothing(String value) {
    assertThat(
            scene
                .send(
                    scene.tokenOf("alice", "curious", "clinic:read"),
                    call("book_appointment"),
                    "X-MCP-Debug",
                    value)
                .header("X-MCP-Debug"))
        .isNull();
  }

  @Test
  void a_token_that_is_not_good_is_never_explained() {
    String token = scene.tokenOf("alice", "curious", "clinic:read");
    scene.clock.advance(java.time.Duration.ofDays(1));
    Http.Answer answer = scene.send(token, call("book_appointment"), "X-MCP-Debug", "true");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("X-MCP-Debug")).isNull();
  }

  @Test
  void a_caller_without_a_token_is_never_told() {
    Http.Answer answer = Http.post(scene.mcp(), call("book_appointment"), "X-MCP-Debug", "true");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("X-MCP-Debug")).isNull();
  }

  @Test
  void a_broken_message_of_a_listed_client_is_explained_by_the_rule_it_breaks() {
    Http.Answer answer =
        scene.send(scene.tokenOf("alice", "curious", "clinic:read"), "{", "X-MCP-Debug", "true");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(last(answer).path("check").asString()).isEqualTo("request");
    assertThat(last(answer).path("rule").asString()).startsWith("Parse error");
  }

  @Test
  void an_explanation_is_one_bounded_line_of_ascii_whatever_the_tool_is_called() {
    Http.Answer answer = ask("curious", "clinic:read", "\r\nX-Injected: é".repeat(1000));

    assertThat(answer.header("X-Injected")).isNull();
    String told = answer.header("X-MCP-Debug");
    assertThat(told.chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    assertThat(told).hasSizeLessThanOrEqualTo(4096);
    assertThat(last(answer).path("tool").asString()).startsWith("\r\nX-Injected: é");
  }
}
