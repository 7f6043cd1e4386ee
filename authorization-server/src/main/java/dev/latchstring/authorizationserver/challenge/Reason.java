package dev.latchstring.authorizationserver.challenge;

import java.util.Locale;

/** {@code reason}: why a step comes again. */
public enum Reason {
  /** The answer was wrong. */
  NO_MATCH,
  /** The answer could not be read. */
  NOT_UNDERSTOOD,
  /** The step was asked for anew. */
  SENT,
  /** The person has not decided yet. */
  PENDING;

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
