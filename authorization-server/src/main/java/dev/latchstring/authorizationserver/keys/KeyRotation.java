package dev.latchstring.authorizationserver.keys;

import java.time.Duration;

/**
 * When signing keys change.
 *
 * @param period how long a key signs
 * @param notice how long the next key is published before it signs: longer than any verifier keeps
 *     a key set
 * @param retention how long a key stays published after it signed last: longer than any token lives
 */
public record KeyRotation(Duration period, Duration notice, Duration retention) {
  /** Ninety days, published two days before, kept two days after. */
  public static final KeyRotation STANDARD =
      new KeyRotation(Duration.ofDays(90), Duration.ofDays(2), Duration.ofDays(2));

  public KeyRotation {
    if (period.compareTo(notice) <= 0 || notice.isNegative() || retention.isNegative()) {
      throw new IllegalArgumentException("a key signs for longer than the notice of the next one");
    }
  }
}
