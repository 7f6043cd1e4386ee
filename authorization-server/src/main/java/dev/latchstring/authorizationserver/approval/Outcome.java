package dev.latchstring.authorizationserver.approval;

/** What an answer of the person's did. */
public enum Outcome {
  APPROVED,
  DENIED,
  /** Nothing yet: one more wrong number denies. */
  WRONG_NUMBER,
  /** The second wrong number denied. */
  DENIED_BY_NUMBER,
  /** Nothing: a program cannot approve what it asked for itself. */
  ASKED_HERE,
  /** Nothing: it was answered before, its time ran out, or it is not this person's. */
  OVER
}
