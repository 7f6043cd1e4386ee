package dev.latchstring.client.discovery;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.List;
import java.util.Map;

/**
 * MCP 2025-03-26, "Fallbacks for Servers without Metadata Discovery": where the endpoints are of a
 * server that publishes nothing. PKCE is required of every server of that version.
 */
final class DefaultEndpoints {
  private DefaultEndpoints() {}

  static AuthorizationServerMetadata at(String origin) {
    return Json.convert(
        Json.mapper()
            .valueToTree(
                Map.of(
                    "issuer",
                    origin,
                    "authorization_endpoint",
                    origin + "/authorize",
                    "token_endpoint",
                    origin + "/token",
                    "registration_endpoint",
                    origin + "/register",
                    "response_types_supported",
                    List.of("code"),
                    "grant_types_supported",
                    List.of("authorization_code", "refresh_token"),
                    "code_challenge_methods_supported",
                    List.of("S256"))),
        AuthorizationServerMetadata.class);
  }
}
