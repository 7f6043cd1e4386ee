package dev.latchstring.springai;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the filter has to know.
 *
 * @param resource the server's public address, as clients type it: the audience of its tokens
 * @param issuer the authorization server whose tokens are accepted
 * @param resourceName what people know the server as (RFC 9728 {@code resource_name}); null for no
 *     name
 */
@ConfigurationProperties("latchstring.mcp-server")
public record ProtectedMcpServerProperties(
    @Nullable String resource, @Nullable String issuer, @Nullable String resourceName) {

  String requireResource() {
    return required("resource", resource);
  }

  String requireIssuer() {
    return required("issuer", issuer);
  }

  private static String required(String name, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "set latchstring.mcp-server." + name + ": without it the MCP server is not protected");
    }
    return value;
  }
}
