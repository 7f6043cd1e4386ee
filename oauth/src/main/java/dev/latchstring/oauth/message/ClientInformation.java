package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7591 §3.2.1. What a registration endpoint answers: the identifier, the secret if there is
 * one, and the metadata as it was registered.
 *
 * @param clientId REQUIRED
 * @param clientSecret a secret
 * @param clientIdIssuedAt seconds since 1970
 * @param clientSecretExpiresAt REQUIRED with a secret: seconds since 1970, or 0 for never
 */
public record ClientInformation(
    @JsonProperty("client_id") @Nullable String clientId,
    @JsonProperty("client_secret") @Nullable String clientSecret,
    @JsonProperty("client_id_issued_at") @Nullable Long clientIdIssuedAt,
    @JsonProperty("client_secret_expires_at") @Nullable Long clientSecretExpiresAt,
    @JsonUnwrapped ClientMetadata metadata) {

  /** Without the secret. */
  @Override
  public String toString() {
    return "ClientInformation[client_id=" + clientId + "]";
  }
}
