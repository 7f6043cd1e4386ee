package dev.latchstring.client.registration;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §2.2 and §2.3. A client identifier and how it authenticates.
 *
 * @param issuer the authorization server that knows it; null for a configured one whose server the
 *     user named together with it
 * @param clientSecret a secret; null for a public client
 * @param authMethod {@code none}, {@code client_secret_basic} or {@code client_secret_post}; null
 *     lets the server's metadata decide
 */
public record ClientIdentity(
    @Nullable String issuer,
    String clientId,
    @Nullable String clientSecret,
    @Nullable String authMethod) {

  /** A public client that was registered by hand. */
  public static ClientIdentity publicClient(String clientId) {
    return new ClientIdentity(null, clientId, null, null);
  }

  /** A client with a secret, which may also log in on its own behalf. */
  public static ClientIdentity confidential(String clientId, String clientSecret) {
    return new ClientIdentity(null, clientId, clientSecret, null);
  }

  /**
   * From {@code LATCH_CLIENT_ID}, {@code LATCH_CLIENT_SECRET} and {@code LATCH_CLIENT_ISSUER}; null
   * where there is no identifier.
   */
  public static @Nullable ClientIdentity fromEnvironment(Map<String, String> environment) {
    String clientId = environment.getOrDefault("LATCH_CLIENT_ID", "");
    String secret = environment.getOrDefault("LATCH_CLIENT_SECRET", "");
    String issuer = environment.getOrDefault("LATCH_CLIENT_ISSUER", "");
    return clientId.isEmpty()
        ? null
        : new ClientIdentity(
            issuer.isEmpty() ? null : issuer, clientId, secret.isEmpty() ? null : secret, null);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "ClientIdentity[clientId=" + clientId + ", issuer=" + issuer + "]";
  }
}
