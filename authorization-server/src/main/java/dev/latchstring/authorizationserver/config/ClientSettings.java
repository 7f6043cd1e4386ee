package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.message.ClientMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A client that the operator registered.
 *
 * @param clientId 1 to 255 printable ASCII characters
 * @param clientSecret null for a public client and for one that has a key
 * @param debug whether it may see why its requests are decided as they are ({@code X-MCP-Debug})
 * @param test whether it may have test tokens; there are such clients in test mode alone
 */
public record ClientSettings(
    String clientId,
    @Nullable String clientSecret,
    ClientMetadata metadata,
    boolean debug,
    boolean test) {

  /** The identifier alone. */
  @Override
  public String toString() {
    return "ClientSettings[clientId=" + clientId + "]";
  }
}
