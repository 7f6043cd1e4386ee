package dev.latchstring.authorizationserver.challenge.step;

import java.util.Arrays;
import java.util.Locale;

/** {@code kind} of a step. */
public enum StepKind {
  IDENTIFY,
  KNOWLEDGE,
  PASSWORD,
  PIN,
  OTP,
  TOTP,
  PASSKEY,
  APPROVAL;

  /** As it travels, and as the configuration has it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException where there is none of that name
   */
  public static StepKind named(String wireName) {
    return Arrays.stream(values())
        .filter(kind -> kind.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(wireName));
  }
}
