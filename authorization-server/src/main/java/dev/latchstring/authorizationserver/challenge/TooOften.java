package dev.latchstring.authorizationserver.challenge;

import java.time.Duration;

/**
 * A step cannot be asked as yet, because it was asked too often: {@code temporarily_unavailable},
 * and the session stays as it was. Creating one costs no stack trace.
 */
public final class TooOften extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration delay;

  /**
   * @param delay how long until it can be asked again
   */
  public TooOften(Duration delay) {
    super("asked too often", null, false, false);
    this.delay = delay;
  }

  Duration delay() {
    return delay;
  }
}
