package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.2. What a device shows its user, and what it polls with.
 *
 * @param deviceCode REQUIRED; a secret of the device
 * @param userCode REQUIRED; shown to the user and typed by them
 * @param verificationUri REQUIRED; where the user types it; {@code verification_url} as Google has
 *     it
 * @param verificationUriComplete the same with the code in it, for a QR code
 * @param expiresIn REQUIRED; the life of both codes in seconds
 * @param interval the least seconds between two polls; null means 5
 */
public record DeviceAuthorizationResponse(
    @JsonProperty("device_code") @Nullable String deviceCode,
    @JsonProperty("user_code") @Nullable String userCode,
    @JsonProperty("verification_uri") @JsonAlias("verification_url")
        @Nullable String verificationUri,
    @JsonProperty("verification_uri_complete") @Nullable String verificationUriComplete,
    @JsonProperty("expires_in") @Nullable Long expiresIn,
    @JsonProperty("interval") @Nullable Long interval) {

  /** RFC 8628 §3.2: the interval where the server names none, in seconds. */
  public static final long DEFAULT_INTERVAL = 5;

  /** Without the codes. */
  @Override
  public String toString() {
    return "DeviceAuthorizationResponse[verification_uri="
        + verificationUri
        + ", expires_in="
        + expiresIn
        + ", interval="
        + interval
        + "]";
  }
}
