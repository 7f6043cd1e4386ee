package dev.latchstring.authorizationserver.device;

import java.time.Duration;
import java.time.Instant;

/**
 * RFC 8628 §3.2. The codes of a new device authorization: the only time they are seen.
 *
 * @param deviceCode 50 characters, 256 random bits among them
 * @param interval how long the device waits between polls
 */
public record IssuedCodes(
    String deviceCode, UserCode userCode, Instant expiresAt, Duration interval) {
  /** Without the codes. */
  @Override
  public String toString() {
    return "IssuedCodes[expiresAt=" + expiresAt + "]";
  }
}
