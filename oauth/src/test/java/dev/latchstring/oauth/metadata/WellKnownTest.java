package dev.latchstring.oauth.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class WellKnownTest {
  @Test
  void an_issuer_with_a_path_has_three_places_in_the_order_of_mcp() {
    assertThat(WellKnown.authorizationServer(URI.create("https://auth.example.com/tenant1")))
        .extracting(URI::toString)
        .containsExactly(
            "https://auth.example.com/.well-known/oauth-authorization-server/tenant1",
            "https://auth.example.com/.well-known/openid-configuration/tenant1",
            "https://auth.example.com/tenant1/.well-known/openid-configuration");
  }

  @Test
  void an_issuer_without_a_path_has_two() {
    assertThat(WellKnown.authorizationServer(URI.create("https://auth.example.com/")))
        .extracting(URI::toString)
        .containsExactly(
            "https://auth.example.com/.well-known/oauth-authorization-server",
            "https://auth.example.com/.well-known/openid-configuration");
  }

  @Test
  void a_resource_is_described_under_its_path_and_then_at_the_root() {
    assertThat(WellKnown.protectedResource(URI.create("https://example.com/public/mcp")))
        .extracting(URI::toString)
        .containsExactly(
            "https://example.com/.well-known/oauth-protected-resource/public/mcp",
            "https://example.com/.well-known/oauth-protected-resource");
    assertThat(WellKnown.protectedResource(URI.create("https://example.com")))
        .containsExactly(URI.create("https://example.com/.well-known/oauth-protected-resource"));
  }
}
