package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.message.ClientMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A client that the operator registered.
 *
 * @param clientId 1 to 255 printable ASCII characters
 * @param clientSecret null for a public client and for one that has a key
 */
public record ClientSettings(
    String clientId, @Nullable String clientSecret, ClientMetadata metadata) {

  /** The identifier alone. */
  @Override
  public String toString() {
    return "ClientSettings[clientId=" + clientId + "]";
  }
}
