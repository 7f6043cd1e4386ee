package dev.latchstring.client.login;

import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.3. What to show: the code, the address, the issuer and the client's name together,
 * with the advice to go on only if one started this.
 *
 * @param userCode shown as it is; at most 64 visible ASCII characters
 * @param verificationUri https or loopback
 * @param verificationUriComplete with the code in it, for a QR code; null where not offered
 * @param expiresAt after this instant the code is useless
 * @param interval between two polls
 * @param server the MCP endpoint the login is for
 * @param issuer the authorization server; show its host where it differs from the verification
 *     address's
 * @param clientName what the verification page will call this client
 * @param scope what was asked for; {@link Scope#NONE} where that was left to the server
 * @param joined whether the login had begun before, and this code was shown then
 */
public record DeviceCode(
    String userCode,
    URI verificationUri,
    @Nullable URI verificationUriComplete,
    Instant expiresAt,
    Duration interval,
    URI server,
    String issuer,
    String clientName,
    Scope scope,
    boolean joined) {

  /** Without the code, which approves for whoever types it. */
  @Override
  public String toString() {
    return "DeviceCode[verificationUri=" + verificationUri + ", expiresAt=" + expiresAt + "]";
  }
}
