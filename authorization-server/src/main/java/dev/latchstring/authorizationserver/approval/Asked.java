package dev.latchstring.authorizationserver.approval;

import java.time.Instant;

/**
 * A question that is under way.
 *
 * @param id a secret of whoever asked: what became of it is told for it
 * @param number two digits, 10 to 99: what the person is told and has to enter
 * @param expiresAt when it is over
 */
public record Asked(String id, String number, Instant expiresAt) {
  /** Without the secrets. */
  @Override
  public String toString() {
    return "Asked[expiresAt=" + expiresAt + "]";
  }
}
