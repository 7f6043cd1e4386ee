package dev.latchstring.authorizationserver.delivery;

/**
 * A message that was not taken. The message of this exception goes to the log: it is ours, with
 * numbers at most of what the other side said, for servers repeat addresses.
 */
final class DeliveryFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean passing;

  private DeliveryFailure(String reason, boolean passing) {
    super(reason);
    this.passing = passing;
  }

  /** It may be taken when it is tried again. */
  static DeliveryFailure forNow(String reason) {
    return new DeliveryFailure(reason, true);
  }

  /** It will not be taken. */
  static DeliveryFailure forGood(String reason) {
    return new DeliveryFailure(reason, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  boolean isPassing() {
    return passing;
  }
}
