package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7591 §3.2.1 and RFC 7592 §3. What a registration endpoint answers: the identifier, the secret
 * if there is one, what manages the registration, and the metadata as it was registered.
 *
 * @param clientId REQUIRED
 * @param clientSecret a secret
 * @param clientIdIssuedAt seconds since 1970
 * @param clientSecretExpiresAt REQUIRED with a secret: seconds since 1970, or 0 for never
 * @param registrationAccessToken RFC 7592 §3: a secret; null where registrations are not managed
 * @param registrationClientUri RFC 7592 §3: where it is used
 */
public record ClientInformation(
    @JsonProperty("client_id") @Nullable String clientId,
    @JsonProperty("client_secret") @Nullable String clientSecret,
    @JsonProperty("client_id_issued_at") @Nullable Long clientIdIssuedAt,
    @JsonProperty("client_secret_expires_at") @Nullable Long clientSecretExpiresAt,
    @JsonProperty("registration_access_token") @Nullable String registrationAccessToken,
    @JsonProperty("registration_client_uri") @Nullable String registrationClientUri,
    @JsonUnwrapped ClientMetadata metadata) {

  /** Without the secrets. */
  @Override
  public String toString() {
    return "ClientInformation[client_id=" + clientId + "]";
  }
}
