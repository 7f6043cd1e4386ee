package dev.latchstring.authorizationserver.delivery;

import java.util.Locale;

/** A way to a person that is on file. */
public enum Channel {
  /** A text message to a telephone. */
  SMS,
  /** A mail. */
  EMAIL,
  /** A call that speaks the code. */
  VOICE;

  /** As in the configuration, in what is sent and in the log. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
