package dev.latchstring.client.doctor;

/** How a step of the walk ended. */
public enum Outcome {
  /** As it should be. */
  OK,
  /** Not as it should be, and no login fails because of it; or worth knowing. */
  WARNING,
  /** No login can work. */
  FAILED,
  /** Not looked at, because it does not matter here. */
  SKIPPED
}
