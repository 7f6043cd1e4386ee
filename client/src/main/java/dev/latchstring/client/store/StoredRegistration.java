package dev.latchstring.client.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7591 §3.2.1. An identifier that dynamic registration gave.
 *
 * @param clientSecret a secret; null for a public client
 * @param expiresAt seconds since 1970, after which the secret is not accepted; 0 for never
 * @param redirectUris where its browser may come back to; null where it was registered for none
 */
public record StoredRegistration(
    @JsonProperty("issuer") String issuer,
    @JsonProperty("client_id") String clientId,
    @JsonProperty("client_secret") @Nullable String clientSecret,
    @JsonProperty("auth_method") @Nullable String authMethod,
    @JsonProperty("registered_at") long registeredAt,
    @JsonProperty("expires_at") long expiresAt,
    @JsonProperty("redirect_uris") @Nullable List<String> redirectUris)
    implements StoredEntry {

  /** What is read from a file may lack anything: then it is no entry. */
  public StoredRegistration {
    Objects.requireNonNull(issuer);
    Objects.requireNonNull(clientId);
    redirectUris = redirectUris == null ? null : List.copyOf(redirectUris);
  }

  /** One whose browser comes back nowhere. */
  public StoredRegistration(
      String issuer,
      String clientId,
      @Nullable String clientSecret,
      @Nullable String authMethod,
      long registeredAt,
      long expiresAt) {
    this(issuer, clientId, clientSecret, authMethod, registeredAt, expiresAt, null);
  }

  /** Whether a login can use it whose browser comes back there, port and all; null for none. */
  public boolean comesBackTo(@Nullable URI wanted) {
    return wanted == null || (redirectUris != null && redirectUris.contains(wanted.toString()));
  }

  @Override
  public Slot<StoredRegistration> slot() {
    return new Slot.RegistrationSlot(issuer);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "StoredRegistration[issuer=" + issuer + ", clientId=" + clientId + "]";
  }
}
