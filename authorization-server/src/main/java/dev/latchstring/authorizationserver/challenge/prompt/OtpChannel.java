package dev.latchstring.authorizationserver.challenge.prompt;

/** How a one-time code reaches a person. */
public enum OtpChannel {
  /** A text message. */
  SMS,
  /** A mail. */
  EMAIL,
  /** A call that says it. */
  VOICE
}
