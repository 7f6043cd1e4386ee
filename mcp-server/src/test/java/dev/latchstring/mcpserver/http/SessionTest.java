package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.message;
import static dev.latchstring.mcpserver.fixture.Scene.stateless;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTest {
  private final Scene scene =
      Scene.open(UnaryOperator.identity(), filter -> filter.sessions(100, Duration.ofHours(1)));
  private final String alice = scene.tokenOf("alice", "app", "clinic:read");

  @AfterEach
  void close() {
    scene.close();
  }

  private String open(String token) {
    return scene.send(token, message("initialize", Map.of())).header("Mcp-Session-Id");
  }

  private Http.Answer use(String token, String session) {
    return scene.send(token, call("find_appointments"), "Mcp-Session-Id", session);
  }

  @Test
  void a_session_is_for_the_subject_and_client_that_opened_it() {
    String session = open(alice);

    assertThat(use(alice, session).status()).isEqualTo(200);
    assertThat(use(scene.tokenOf("alice", "app", "clinic:admin"), session).status())
        .as("the same, with a new token")
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"mallory, app", "alice, other-app"})
  void another_subject_or_client_finds_no_session(String subject, String client) {
    String session = open(alice);
    String other = scene.tokenOf(subject, client, "clinic:read");
    int before = scene.servlet.received.size();

    Http.Answer post = use(other, session);
    Http.Answer get =
        Http.get(scene.mcp(), "Authorization", "Bearer " + other, "Mcp-Session-Id", session);
    Http.Answer delete =
        Http.send(
            "DELETE",
            scene.mcp(),
            null,
            "Authorization",
            "Bearer " + other,
            "Mcp-Session-Id",
            session);

    assertThat(List.of(post.status(), get.status(), delete.status())).containsOnly(404);
    assertThat(scene.servlet.received).hasSize(before);
    assertThat(use(alice, session).status()).as("the owner keeps it").isEqualTo(200);
  }

  @Test
  void a_session_that_nobody_opened_belongs_to_nobody() {
    assertThat(use(alice, "guessed").status()).isEqualTo(404);
    assertThat(use(alice, "x".repeat(300)).status()).isEqualTo(404);
    assertThat(
            scene
                .send(
                    alice,
                    call("find_appointments"),
                    "Mcp-Session-Id",
                    open(alice),
                    "Mcp-Session-Id",
                    "other")
                .status())
        .isEqualTo(400);
  }

  @Test
  void an_idle_session_is_forgotten() {
    String session = open(alice);
    scene.clock.advance(Duration.ofMinutes(59));
    String later = scene.tokenOf("alice", "app", "clinic:read");
    assertThat(use(later, session).status()).isEqualTo(200);

    scene.clock.advance(Duration.ofMinutes(61));

    assertThat(use(scene.tokenOf("alice", "app", "clinic:read"), session).status()).isEqualTo(404);
  }

  @Test
  void a_session_that_was_ended_is_gone() {
    String session = open(alice);

    Http.send(
        "DELETE", scene.mcp(), null, "Authorization", "Bearer " + alice, "Mcp-Session-Id", session);

    assertThat(use(alice, session).status()).isEqualTo(404);
  }

  @Test
  void a_stateless_request_cannot_smuggle_a_session_past_its_owner() {
    String session = open(alice);
    String mallory = scene.tokenOf("mallory", "app", "clinic:read");

    Http.Answer answer =
        scene.send(
            mallory,
            stateless("tools/call", Map.of("name", "find_appointments")),
            "MCP-Protocol-Version",
            "2026-07-28",
            "Mcp-Method",
            "tools/call",
            "Mcp-Name",
            "find_appointments",
            "Mcp-Session-Id",
            session);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(scene.servlet.seen).containsEntry("session", "null");
    assertThat(String.valueOf(scene.servlet.seen.get("headers")))
        .doesNotContainIgnoringCase("session");
  }
}
