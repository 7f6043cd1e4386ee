package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code outcome.jte} shows.
 *
 * @param tooLate why this person's own choice did not count; null where it did
 */
public record OutcomeView(
    Frame frame,
    Outcome outcome,
    String clientName,
    String resourceName,
    @Nullable String tooLate) {

  /** How a request ended. */
  public enum Outcome {
    ALLOWED,
    DENIED,
    EXPIRED
  }
}
