package dev.latchstring.client.login;

import java.time.Duration;

/** Waits between two polls. */
@FunctionalInterface
interface Pause {
  /** Waits for the time, or until the login is cancelled, which the caller looks for itself. */
  void await(Duration time) throws InterruptedException;
}
