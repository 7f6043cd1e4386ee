package dev.latchstring.client.challenge;

import java.util.Locale;

/** The challenge profile, "A step": what a step asks for. */
public enum StepKind {
  /** Who the person is. It never fails. */
  IDENTIFY,
  /** What the person knows that is on file. */
  KNOWLEDGE,
  PASSWORD,
  PIN,
  /** A code that was sent to the person. */
  OTP,
  /** A code that the person's authenticator app shows. */
  TOTP,
  /** A WebAuthn assertion, by {@link Step#publicKey}. */
  PASSKEY,
  /** The person approves on another device; see {@link Step#number}. */
  APPROVAL,
  /** One that this program does not know: take an alternative, or give up politely. */
  UNKNOWN;

  static StepKind of(String name) {
    for (StepKind kind : values()) {
      if (kind != UNKNOWN && kind.profileName().equals(name)) {
        return kind;
      }
    }
    return UNKNOWN;
  }

  /** As the profile spells it. */
  public String profileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
