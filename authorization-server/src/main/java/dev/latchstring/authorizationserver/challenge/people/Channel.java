package dev.latchstring.authorizationserver.challenge.people;

/** A way on which a one-time code reaches a person. */
public enum Channel {
  /** A text message, to {@code phone_number}. */
  SMS,
  /** A mail, to {@code email}. */
  EMAIL,
  /** A call, to {@code phone_number}. */
  VOICE
}
