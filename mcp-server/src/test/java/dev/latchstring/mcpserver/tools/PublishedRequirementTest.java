package dev.latchstring.mcpserver.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another server says that its tools require. */
class PublishedRequirementTest {
  private static Requirement read(String json) {
    return PublishedRequirement.read(Json.readTree(json));
  }

  @Test
  void what_is_published_is_read_as_what_it_was() {
    Requirement everything =
        Requirement.scopes("a", "b")
            .teams("t", "u")
            .acr("mfa")
            .maxAge(Duration.ofMinutes(5))
            .provider("github");
    for (Requirement requirement :
        List.of(
            everything,
            everything.and(Requirement.anyCaller().teams("v")).and(Requirement.scopes("c")),
            Requirement.anyCaller(),
            Requirement.nobody())) {
      assertThat(read(Json.write(requirement.published()))).isEqualTo(requirement);
    }
  }

  @Test
  void conditions_that_nobody_could_keep_together_are_nobodys() {
    assertThat(read("{\"acr_values\":[\"a\"],\"and\":[{\"acr_values\":[\"b\"]}]}"))
        .isEqualTo(Requirement.nobody());
    assertThat(read("{\"scopes\":[\"a\"],\"and\":[{\"closed\":true}]}"))
        .isEqualTo(Requirement.nobody());
    assertThat(read("{\"closed\":false}")).isEqualTo(Requirement.nobody());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "\"repo:read\"",
        "{\"scope\":\"repo:read\"}",
        "{\"scopes\":[\"a\"],\"countries\":[\"DE\"]}",
        "{\"scopes\":\"a\"}",
        "{\"scopes\":[]}",
        "{\"scopes\":[\"a b\"]}",
        "{\"scopes\":[\"\"]}",
        "{\"scopes\":[1]}",
        "{\"teams\":[]}",
        "{\"teams\":[null]}",
        "{\"acr_values\":[\" \"]}",
        "{\"max_age\":-1}",
        "{\"max_age\":1.5}",
        "{\"max_age\":\"5\"}",
        "{\"max_age\":99999999999}",
        "{\"provider\":\"\"}",
        "{\"closed\":true,\"teams\":[\"a\"]}",
        "{\"closed\":\"yes\"}",
        "{\"and\":{}}",
        "{\"and\":[1]}",
        "{\"and\":[{\"and\":[{\"and\":[{\"and\":[{\"and\":[{}]}]}]}]}]}"
      })
  void what_cannot_be_understood_is_not_taken_for_nothing(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(JsonException.class);
  }

  @Test
  void it_is_bounded() {
    String many = "\"t\",".repeat(256) + "\"u\"";
    assertThatThrownBy(() -> read("{\"teams\":[" + many + "]}")).isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> read("{\"provider\":\"" + "x".repeat(257) + "\"}"))
        .isInstanceOf(JsonException.class);
  }
}
