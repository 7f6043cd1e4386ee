package dev.latchstring.authorizationserver.approval;

import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The number that ties an approval to the conversation it belongs to: 10 to 99, so that it is said
 * in one way only.
 *
 * @param digits two ASCII digits
 */
record EnteredNumber(String digits) {
  private static final int LEAST = 10;
  private static final int COUNT = 90;
  private static final int MAX_TYPED = 16;

  static EnteredNumber generate(SecureRandom random) {
    return new EnteredNumber(Integer.toString(LEAST + random.nextInt(COUNT)));
  }

  /** What a person typed, with or without spaces; empty where it cannot be such a number. */
  static Optional<EnteredNumber> parse(@Nullable String typed) {
    if (typed == null || typed.length() > MAX_TYPED) {
      return Optional.empty();
    }
    String digits = typed.replace(" ", "");
    return digits.length() == 2 && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(new EnteredNumber(digits))
        : Optional.empty();
  }

  /** Without the digits. */
  @Override
  public String toString() {
    return "EnteredNumber";
  }
}
