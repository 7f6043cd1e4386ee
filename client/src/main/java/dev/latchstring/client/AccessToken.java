package dev.latchstring.client;

import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §2.1. An access token and where it may go.
 *
 * @param value a secret
 * @param type {@code Bearer}, as it is to be sent
 * @param resource the only resource it may be sent to (RFC 8707)
 * @param scope what was granted
 * @param expiresAt absolute; null where the server did not say
 */
public record AccessToken(
    String value, String type, URI resource, Scope scope, @Nullable Instant expiresAt) {

  /** The value of the {@code Authorization} header. */
  public String authorization() {
    return type + " " + value;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "AccessToken[resource="
        + resource
        + ", scope="
        + scope
        + ", expiresAt="
        + expiresAt
        + "]";
  }
}
