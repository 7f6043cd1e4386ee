package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.DeviceAuthorizationResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.2. A device authorization response that was found fit to be shown and polled with.
 *
 * @param deviceCode a secret
 * @param shown what the person sees
 */
record DeviceAuthorization(String deviceCode, DeviceCode shown) {
  private static final int MAX_DEVICE_CODE = 4096;
  private static final int MAX_USER_CODE = 64;
  private static final long MAX_SECONDS = Duration.ofDays(1).toSeconds();

  /**
   * @throws ClientException {@link Problem#METADATA_INVALID} naming the member that is missing or
   *     cannot be
   */
  static DeviceAuthorization accept(
      DeviceAuthorizationResponse response,
      Discovered at,
      String clientName,
      Scope scope,
      Instant receivedAt) {
    String deviceCode = response.deviceCode();
    if (deviceCode == null || deviceCode.isEmpty() || deviceCode.length() > MAX_DEVICE_CODE) {
      throw invalid("device_code", null);
    }
    String userCode = response.userCode();
    if (userCode == null || !isTypable(userCode)) {
      throw invalid("user_code", userCode);
    }
    if (response.verificationUri() == null) {
      throw invalid("verification_uri", null);
    }
    Trust trust = Trust.of(at.server());
    URI verificationUri = trust.require("verification_uri", response.verificationUri());
    String complete = response.verificationUriComplete();
    Long life = response.expiresIn();
    if (life == null || life <= 0) {
      throw invalid("expires_in", life == null ? null : life.toString());
    }
    long interval =
        response.interval() == null
            ? DeviceAuthorizationResponse.DEFAULT_INTERVAL
            : Math.clamp(response.interval(), 1, MAX_SECONDS);
    return new DeviceAuthorization(
        deviceCode,
        new DeviceCode(
            userCode,
            verificationUri,
            complete == null ? null : trust.require("verification_uri_complete", complete),
            receivedAt.plusSeconds(Math.min(life, MAX_SECONDS)),
            Duration.ofSeconds(interval),
            at.server(),
            at.issuer(),
            clientName,
            scope,
            false));
  }

  private static boolean isTypable(String code) {
    return !code.isBlank()
        && code.length() <= MAX_USER_CODE
        && code.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
  }

  private static ClientException invalid(String member, @Nullable String value) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the device authorization endpoint answered without a usable "
            + member
            + (value == null ? "" : " (" + ServerText.quote(value) + ")")
            + " (RFC 8628 section 3.2)",
        "ask the authorization server's operator to correct it");
  }

  /** Without the codes. */
  @Override
  public String toString() {
    return "DeviceAuthorization[" + shown + "]";
  }
}
