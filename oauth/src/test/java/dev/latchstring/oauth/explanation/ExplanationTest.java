package dev.latchstring.oauth.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.oauth.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExplanationTest {
  @Test
  void each_check_is_told_in_order_with_what_it_turned_on() {
    Check token = new Check("access_token", 0);
    token.note("client_id", "agent");
    Check scope = new Check("scope", 5);
    scope.end(9, Check.Outcome.REFUSED, "insufficient_scope", "the token lacks a scope");
    scope.note("scope_missing", "clinic:write");

    assertThat(Explanation.of(List.of(token, scope)))
        .isEqualTo(
            "{\"decision\":\"refused\",\"checks\":[{\"check\":\"access_token\",\"outcome\":\"passed\","
                + "\"client_id\":\"agent\"},{\"check\":\"scope\",\"outcome\":\"refused\","
                + "\"error\":\"insufficient_scope\",\"rule\":\"the token lacks a scope\","
                + "\"scope_missing\":\"clinic:write\"}]}");
  }

  @Test
  void of_one_that_would_be_too_long_the_check_that_decided_is_told_alone() {
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Check check = new Check("message", i);
      for (int note = 0; note < 20; note++) {
        check.note("note" + note, "x".repeat(5000));
      }
      checks.add(check);
    }
    checks.get(7).end(50, Check.Outcome.REFUSED, "access_denied", "y".repeat(5000));

    String told = Explanation.of(checks);
    assertThat(told).hasSizeLessThanOrEqualTo(Explanation.MAX_LENGTH);
    JsonNode last = Json.readTree(told).path("checks");
    assertThat(last).hasSize(1);
    assertThat(last.get(0).path("error").asString()).isEqualTo("access_denied");
  }

  @Test
  void what_is_not_ascii_is_escaped_and_stays_what_it_was() {
    Check check = new Check("message", 0);
    check.note("tool", "Zoë\r\n\u2028🔑\u007f\"");

    String told = Explanation.of(List.of(check));
    assertThat(told.chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    assertThat(Json.readTree(told).path("checks").get(0).path("tool").asString())
        .isEqualTo("Zoë\r\n\u2028🔑\u007f\"");
  }

  @Test
  void one_check_is_within_the_limit_even_where_everything_is_escaped() {
    Check check = new Check("message", 0);
    for (int note = 0; note < 6; note++) {
      check.note("note" + note, "é".repeat(5000));
    }
    check.end(1, Check.Outcome.REFUSED, "access_denied", "é".repeat(5000));

    assertThat(Explanation.of(List.of(check))).hasSizeLessThanOrEqualTo(Explanation.MAX_LENGTH);
  }
}
