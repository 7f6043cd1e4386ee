package dev.latchstring.examples.voice.intent;

/** What a caller can want. */
public enum Wish {
  APPOINTMENTS,
  REFILL,
  RECORD,
  /** A human being. */
  PERSON,
  REPEAT,
  GOODBYE,
  UNKNOWN
}
