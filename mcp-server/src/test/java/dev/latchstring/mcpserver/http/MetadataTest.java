package dev.latchstring.mcpserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-protected-resource"
      })
  void the_metadata_is_at_both_places_without_a_token(String place) {
    try (Scene scene = Scene.open(UnaryOperator.identity(), f -> f.resourceName("Clinic"))) {
      Http.Answer answer = Http.get(scene.server.uri(place), "Origin", "https://anywhere.example");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(answer.json().path("resource").asString()).isEqualTo(scene.server.resource());
      assertThat(answer.json().path("authorization_servers").get(0).asString())
          .isEqualTo(scene.issuer.url());
      assertThat(answer.json().path("bearer_methods_supported").get(0).asString())
          .isEqualTo("header");
      assertThat(answer.json().path("resource_name").asString()).isEqualTo("Clinic");
      assertThat(answer.text())
          .contains("\"scopes_supported\":[\"clinic:read\",\"clinic:write\",\"clinic:sign\"]");
    }
  }

  @Test
  void the_root_can_be_left_to_another() {
    try (Scene scene = Scene.open(UnaryOperator.identity(), f -> f.metadataAtRoot(false))) {
      assertThat(Http.get(scene.server.uri("/.well-known/oauth-protected-resource")).status())
          .isEqualTo(404);
      assertThat(Http.get(scene.server.uri("/.well-known/oauth-protected-resource/mcp")).status())
          .isEqualTo(200);
    }
  }

  @Test
  void another_resource_has_no_metadata_here() {
    try (Scene scene = Scene.open()) {
      assertThat(Http.get(scene.server.uri("/.well-known/oauth-protected-resource/other")).status())
          .isEqualTo(404);
    }
  }

  @Test
  void metadata_is_only_read() {
    try (Scene scene = Scene.open()) {
      Http.Answer answer =
          Http.post(scene.server.uri("/.well-known/oauth-protected-resource/mcp"), "{}");

      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }
  }
}
