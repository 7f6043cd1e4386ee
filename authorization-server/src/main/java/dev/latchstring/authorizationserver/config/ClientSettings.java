package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.message.ClientMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that the operator registered.
 *
 * @param clientId 1 to 255 printable ASCII characters
 * @param clientSecret null for a public client and for one that has a key
 * @param debug whether it may see why its requests are decided as they are ({@code X-MCP-Debug})
 * @param instanceKeys thumbprints (RFC 7638, SHA-256) of the keys of a public first-party client's
 *     installations that the operator knows
 * @param test whether it may have test tokens; there are such clients in test mode alone
 */
public record ClientSettings(
    String clientId,
    @Nullable String clientSecret,
    ClientMetadata metadata,
    boolean debug,
    List<String> instanceKeys,
    boolean test) {
  public ClientSettings {
    instanceKeys = List.copyOf(instanceKeys);
  }

  /** Whether it may use the authorization challenge endpoint. */
  public boolean firstParty() {
    return metadata.statesFirstParty();
  }

  /** The identifier alone. */
  @Override
  public String toString() {
    return "ClientSettings[clientId=" + clientId + "]";
  }
}
