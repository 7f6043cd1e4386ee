package dev.latchstring.client.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7591 §3.2.1. An identifier that dynamic registration gave.
 *
 * @param clientSecret a secret; null for a public client
 * @param expiresAt seconds since 1970, after which the secret is not accepted; 0 for never
 */
public record StoredRegistration(
    @JsonProperty("issuer") String issuer,
    @JsonProperty("client_id") String clientId,
    @JsonProperty("client_secret") @Nullable String clientSecret,
    @JsonProperty("auth_method") @Nullable String authMethod,
    @JsonProperty("registered_at") long registeredAt,
    @JsonProperty("expires_at") long expiresAt)
    implements StoredEntry {

  /** What is read from a file may lack anything: then it is no entry. */
  public StoredRegistration {
    Objects.requireNonNull(issuer);
    Objects.requireNonNull(clientId);
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
