package dev.latchstring.authorizationserver.token;

import java.time.Instant;

/** What a refresh token turns out to be when a client presents it. */
public sealed interface PresentedRefreshToken {
  /**
   * It can be used: it is live, or it was consumed moments ago and the answer was lost.
   *
   * @param expiresAt when it expires
   */
  record Usable(GivenGrant grant, Instant expiresAt) implements PresentedRefreshToken {}

  /** It was used before: it is in two hands. The grant must be revoked (RFC 9700 §4.14.2). */
  record Reused(GivenGrant grant) implements PresentedRefreshToken {}

  /** Its time is over. */
  record Expired() implements PresentedRefreshToken {}

  /** Its grant was revoked. */
  record Revoked() implements PresentedRefreshToken {}

  /** There is no such token, or it is another client's. */
  record Unknown() implements PresentedRefreshToken {}
}
