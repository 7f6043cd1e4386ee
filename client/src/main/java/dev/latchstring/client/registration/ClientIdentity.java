package dev.latchstring.client.registration;

import com.nimbusds.jose.jwk.JWK;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §2.2 and §2.3. A client identifier and how it authenticates.
 *
 * @param issuer the authorization server that knows it; null for a configured one whose server the
 *     user named together with it
 * @param clientSecret a secret; null for a public client and one with a key
 * @param authMethod {@code none}, {@code client_secret_basic}, {@code client_secret_post} or {@code
 *     private_key_jwt}; null lets the server's metadata decide
 * @param key for {@code private_key_jwt}; null for none
 * @param instanceKey the key of this installation that the server's operator enrolled, by which a
 *     public first-party client is known from others that take its name: the key of every login by
 *     challenge; null where each has its own
 */
public record ClientIdentity(
    @Nullable String issuer,
    String clientId,
    @Nullable String clientSecret,
    @Nullable String authMethod,
    @Nullable ClientKey key,
    @Nullable JWK instanceKey) {

  /** A client without keys. */
  public ClientIdentity(
      @Nullable String issuer,
      String clientId,
      @Nullable String clientSecret,
      @Nullable String authMethod) {
    this(issuer, clientId, clientSecret, authMethod, null, null);
  }

  /** A public client that was registered by hand. */
  public static ClientIdentity publicClient(String clientId) {
    return new ClientIdentity(null, clientId, null, null);
  }

  /** A client with a secret, which may also log in on its own behalf. */
  public static ClientIdentity confidential(String clientId, String clientSecret) {
    return new ClientIdentity(null, clientId, clientSecret, null);
  }

  /** A client with a key of its own ({@code private_key_jwt}). */
  public static ClientIdentity withKey(String clientId, ClientKey key) {
    return new ClientIdentity(
        null, clientId, null, ClientAuthentication.PRIVATE_KEY_JWT, key, null);
  }

  /** A public client whose installation the server's operator knows by this private key. */
  public static ClientIdentity installation(String clientId, JWK instanceKey) {
    return new ClientIdentity(null, clientId, null, null, null, instanceKey);
  }

  /** The same at one authorization server, and never to be sent to another. */
  public ClientIdentity at(String issuer) {
    return new ClientIdentity(issuer, clientId, clientSecret, authMethod, key, instanceKey);
  }

  /** The same with a secret. */
  public ClientIdentity withSecret(String given) {
    return new ClientIdentity(issuer, clientId, given, authMethod, key, instanceKey);
  }

  /** The same with a key of its own. */
  public ClientIdentity withKey(ClientKey given) {
    return new ClientIdentity(
        issuer, clientId, null, ClientAuthentication.PRIVATE_KEY_JWT, given, instanceKey);
  }

  /** The same with the key of this installation. */
  public ClientIdentity withInstanceKey(JWK given) {
    return new ClientIdentity(issuer, clientId, clientSecret, authMethod, key, given);
  }

  /** Whether it can say by itself who it is. */
  public boolean isConfidential() {
    return clientSecret != null || key != null;
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

  /** Without the secret and the keys. */
  @Override
  public String toString() {
    return "ClientIdentity[clientId=" + clientId + ", issuer=" + issuer + "]";
  }
}
