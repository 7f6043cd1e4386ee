package dev.latchstring.authorizationserver.device;

import java.time.Instant;

/**
 * A device authorization as the pages see it.
 *
 * @param state where it stands; an expired one is not found at all
 */
public record DeviceAuthorization(
    DeviceAuthorizationRequest request, Instant createdAt, Instant expiresAt, State state) {

  /** Where a device authorization stands. */
  public enum State {
    PENDING,
    APPROVED,
    DENIED,
    REDEEMED
  }
}
