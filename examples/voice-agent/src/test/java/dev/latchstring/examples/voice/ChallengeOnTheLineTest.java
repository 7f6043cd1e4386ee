package dev.latchstring.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Turn;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the authorization server says in rare moments, and what the caller hears then. */
class ChallengeOnTheLineTest {
  private static Map<String, Object> pin() {
    return StandIn.step("pin", "pin", "Your PIN, please.");
  }

  private static Map<String, Object> busy(int seconds) {
    Map<String, Object> busy = StandIn.error(503, "temporarily_unavailable");
    busy.put("retry_after", seconds);
    return busy;
  }

  @Test
  void a_server_that_is_busy_for_a_moment_is_waited_for() throws Exception {
    StandIn.Script script =
        session ->
            session.answered == 0
                ? StandIn.asks(pin())
                : session.answered == 1 ? busy(2) : StandIn.known();
    try (Scene scene = Scene.of(script)) {
      var call = scene.call("1");
      call.says("appointments");

      assertThat(call.keys("4711")).contains("One moment");
      assertThat(call.latest().turn().next()).isEqualTo(new Turn.Pause(Duration.ofSeconds(2)));
      assertThat(call.hears(new Heard.Nothing())).contains("appointment with Dr. Haddad");
    }
  }

  @Test
  void a_server_that_is_busy_for_long_is_not() throws Exception {
    try (Scene scene =
        Scene.of(session -> session.answered == 0 ? StandIn.asks(pin()) : busy(90))) {
      var call = scene.call("1");
      call.says("appointments");

      assertThat(call.keys("4711")).contains("call again in 2 minutes");
      call.hangsUp();
    }
  }

  @Test
  void a_login_that_is_refused_ends_the_call_and_is_not_begun_again() throws Exception {
    int[] begun = {0};
    StandIn.Script script =
        session -> {
          begun[0] += session.requests == 1 ? 1 : 0;
          return session.answered == 0 ? StandIn.asks(pin()) : StandIn.error(400, "access_denied");
        };
    try (Scene scene = Scene.of(script)) {
      var call = scene.call("1");
      call.says("appointments");

      assertThat(call.keys("4711")).contains("could not make sure who is calling");
      call.hangsUp();
      assertThat(begun[0]).isEqualTo(1);
      assertThat(scene.tokens()).containsExactly(0, 0);
    }
  }

  @Test
  void what_needs_a_browser_is_not_done_on_the_phone() throws Exception {
    try (Scene scene = Scene.of(session -> StandIn.error(400, "redirect_to_web"))) {
      assertThat(scene.call("1").says("appointments")).contains("sign in on our website");
    }
  }

  @Test
  void a_step_that_nobody_can_speak_is_exchanged_for_one_that_can() throws Exception {
    StandIn.Script script =
        session -> {
          if (session.answered > 0) {
            return StandIn.known();
          }
          if (session.requests > 1) {
            return StandIn.asks(pin());
          }
          Map<String, Object> passkey = StandIn.step("passkey", "credential", "Use your passkey.");
          passkey.put("publicKey", Map.of("challenge", "AAAA"));
          passkey.put(
              "alternatives",
              List.of(Map.of("id", "iris", "kind", "iris"), Map.of("id", "pin", "kind", "pin")));
          return StandIn.asks(passkey);
        };
    try (Scene scene = Scene.of(script)) {
      var call = scene.call("1");

      assertThat(call.says("appointments")).contains("Your PIN, please.");
      assertThat(call.says("four seven one one")).contains("appointment with");
    }
  }

  @Test
  void a_step_of_a_kind_that_is_not_known_and_has_no_alternative_ends_politely() throws Exception {
    try (Scene scene =
        Scene.of(session -> StandIn.asks(StandIn.step("iris", "iris", "Look here.")))) {
      assertThat(scene.call("1").says("appointments")).contains("sign in on our website");
    }
  }

  @Test
  void an_approval_is_waited_for() throws Exception {
    Map<String, Object> approval = new LinkedHashMap<>();
    approval.put("id", "approval");
    approval.put("kind", "approval");
    approval.put("prompt", "Approve.");
    approval.put("requestedSchema", Map.of("type", "object", "properties", Map.of()));
    approval.put("number", "42");
    approval.put("interval", 3);
    StandIn.Script script =
        session -> session.answered < 2 ? StandIn.asks(approval) : StandIn.known();
    try (Scene scene = Scene.of(script)) {
      var call = scene.call("1");

      assertThat(call.says("appointments")).contains("enter the number 42");
      assertThat(call.hears(new Heard.Nothing())).contains("still waiting");
      assertThat(call.hears(new Heard.Nothing())).contains("appointment with");
      assertThat(scene.journal()).doesNotContain("42");
    }
  }

  @Test
  void an_approval_that_never_comes_is_given_up() throws Exception {
    Map<String, Object> approval =
        Map.of(
            "id",
            "approval",
            "kind",
            "approval",
            "prompt",
            "Approve.",
            "number",
            "42",
            "interval",
            5,
            "requestedSchema",
            Map.of("type", "object", "properties", Map.of()));
    try (Scene scene = Scene.of(session -> StandIn.asks(approval))) {
      var call = scene.call("1");
      call.says("appointments");
      String last = "";
      for (int i = 0; i < 30 && !last.contains("Goodbye"); i++) {
        last = call.hears(new Heard.Nothing());
      }

      assertThat(last).contains("could not make sure");
    }
  }

  @Test
  void a_step_is_asked_anew_when_its_first_half_was_wrong() throws Exception {
    Map<String, Object> identity = StandIn.step("identify", "name", "Who are you?");
    identity.put(
        "requestedSchema",
        Map.of(
            "type",
            "object",
            "properties",
            new LinkedHashMap<>(
                Map.of(
                    "name", Map.of("type", "string", "title", "Full name"),
                    "city", Map.of("type", "string", "title", "City")))));
    try (Scene scene =
        Scene.of(session -> session.answered == 0 ? StandIn.asks(identity) : StandIn.known())) {
      var call = scene.call("1");

      assertThat(call.says("appointments")).contains("Who are you?");
      assertThat(call.says("Alyce")).doesNotContain("Who are you?");
      assertThat(call.keys("*")).contains("Who are you?");
      call.says("Alice");
      assertThat(call.says("Lyon")).contains("appointment with");
    }
  }

  @Test
  void a_server_that_is_away_ends_the_call_with_an_apology() throws Exception {
    Scene scene = Scene.of(session -> StandIn.asks(pin()));
    try (scene) {
      var call = scene.call("1");
      call.says("appointments");
      scene.issuer.close();

      assertThat(call.keys("4711")).contains("something does not work at our end");
      call.hangsUp();
      assertThat(scene.calls().underWay()).isEqualTo(1);
      scene.calls().end("1");
      assertThat(scene.calls().underWay()).isZero();
    }
  }
}
