package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.message;
import static dev.latchstring.mcpserver.fixture.Scene.stateless;
import static dev.latchstring.mcpserver.fixture.Scene.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ToolAccessTest {
  private final Scene scene = Scene.open();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void a_request_without_a_token_is_told_where_to_get_one_and_no_error() {
    Http.Answer answer = Http.post(scene.mcp(), call("find_appointments"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().scheme()).isEqualTo("Bearer");
    assertThat(answer.challenge().error()).isNull();
    assertThat(answer.challenge().scope()).isEqualTo("clinic:read");
    assertThat(answer.challenge().resourceMetadata())
        .isEqualTo(scene.server.uri("/.well-known/oauth-protected-resource/mcp").toString());
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_call_with_the_scope_reaches_the_tool_with_its_body_and_its_caller() {
    Http.Answer answer = scene.send(scene.token("clinic:read"), call("find_appointments"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("result").path("subject").asString()).isEqualTo("alice");
    assertThat(answer.json().path("result").path("text").asString()).isEqualTo("Zoë");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(scene.servlet.seen).containsEntry("principal", "alice");
  }

  @Test
  void the_name_of_the_scheme_is_not_case_sensitive() {
    Http.Answer answer =
        Http.post(
            scene.mcp(),
            call("find_appointments"),
            "Authorization",
            "bEARER " + scene.token("clinic:read"));

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void every_scope_that_a_call_needs_is_named_at_once() {
    Http.Answer answer = scene.send(scene.token("openid"), call("book_appointment"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.challenge().error()).isEqualTo("insufficient_scope");
    assertThat(answer.challenge().scope()).isEqualTo("clinic:read clinic:write");
    assertThat(answer.challenge().resourceMetadata()).endsWith("/oauth-protected-resource/mcp");
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_broader_scope_implies_the_narrower() {
    assertThat(scene.send(scene.token("clinic:admin"), call("book_appointment")).status())
        .isEqualTo(200);
  }

  @Test
  void a_refusal_by_team_is_final_so_that_clients_do_not_loop() {
    Http.Answer answer = scene.send(scene.token("clinic:read"), call("read_record"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.challenge().error()).isNull();
    assertThat(answer.challenge().scope()).isNull();
    assertThat(answer.challenge().resourceMetadata()).isNotNull();
    assertThat(answer.json().path("error").asString()).isEqualTo("access_denied");
    assertThat(answer.text()).doesNotContain("front-desk");
  }

  @Test
  void a_member_of_one_of_the_teams_is_let_in() {
    String token = scene.token("clinic:read", with("groups", List.of("kitchen", "ward")));

    assertThat(scene.send(token, call("read_record")).status()).isEqualTo(200);
  }

  @Test
  void a_login_that_is_too_weak_is_challenged_with_the_scopes_that_are_missing_too() {
    Http.Answer answer = scene.send(scene.token("clinic:read"), call("sign_prescription"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().error()).isEqualTo("insufficient_user_authentication");
    assertThat(answer.challenge().parameter("acr_values")).isEqualTo(Scene.MFA);
    assertThat(answer.challenge().scope()).isEqualTo("clinic:sign");

    String strong = scene.token("clinic:sign", with("acr", Scene.MFA));
    assertThat(scene.send(strong, call("sign_prescription")).status()).isEqualTo(200);
  }

  @Test
  void a_login_that_is_too_old_is_challenged_with_its_maximum_age() {
    long now = scene.clock.instant().getEpochSecond();
    String old = scene.token("clinic:read", with("auth_time", now - 301));

    Http.Answer answer = scene.send(old, call("open_safe"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().error()).isEqualTo("insufficient_user_authentication");
    assertThat(answer.challenge().parameter("max_age")).isEqualTo("300");
    assertThat(answer.challenge().scope()).isNull();
    String fresh = scene.token("clinic:read", with("auth_time", now - 299));
    assertThat(scene.send(fresh, call("open_safe")).status()).isEqualTo(200);
  }

  @Test
  void a_tool_that_is_not_declared_falls_under_the_default() {
    assertThat(scene.send(scene.token("clinic:read"), call("new_tool")).status()).isEqualTo(200);
    assertThat(scene.send(scene.token("openid"), call("new_tool")).status()).isEqualTo(403);
  }

  @Test
  void other_requests_for_data_fall_under_the_default_and_conversation_does_not() {
    String nothing = scene.token("openid");

    assertThat(scene.send(nothing, message("resources/read", Map.of("uri", "a:b"))).status())
        .isEqualTo(403);
    assertThat(scene.send(nothing, message("something/new", Map.of())).status()).isEqualTo(403);
    assertThat(scene.send(nothing, message("ping", Map.of())).status()).isEqualTo(200);
    assertThat(
            scene
                .send(
                    nothing,
                    stateless("server/discover", Map.of()),
                    "MCP-Protocol-Version",
                    "2026-07-28",
                    "Mcp-Method",
                    "server/discover")
                .status())
        .isEqualTo(200);
  }

  @Test
  void the_list_shows_what_the_token_allows() {
    String list = message("tools/list", Map.of());

    assertThat(scene.send(scene.token("openid"), list).json().path("result").path("tools"))
        .isEmpty();
    assertThat(scene.send(scene.token("clinic:read"), list).text())
        .contains("[\"find_appointments\",\"new_tool\"]")
        .contains("\"cacheScope\":\"private\"");
    assertThat(
            scene.send(scene.token("clinic:admin", with("groups", List.of("ward"))), list).text())
        .contains("[\"find_appointments\",\"book_appointment\",\"read_record\",\"new_tool\"]");
  }

  @Test
  void the_chain_of_actors_reaches_the_caller() {
    String token =
        scene.token(
            "clinic:read",
            with("act", Map.of("sub", "agent", "act", Map.of("sub", "scheduler", "iss", "x"))));

    assertThat(scene.send(token, call("find_appointments")).status()).isEqualTo(200);
    String endless = scene.token("clinic:read", with("act", Map.of("act", Map.of("sub", "agent"))));
    assertThat(scene.send(endless, call("find_appointments")).status()).isEqualTo(401);
  }
}
