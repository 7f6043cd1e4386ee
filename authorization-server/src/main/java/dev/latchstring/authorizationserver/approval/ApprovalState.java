package dev.latchstring.authorizationserver.approval;

import java.time.Instant;

/** What became of a question, as whoever asked is told. */
public sealed interface ApprovalState {
  /** Nobody has answered yet, or nobody was asked. */
  record Pending() implements ApprovalState {}

  /**
   * Yes. It counts once; see {@link ApprovalStore#consume}.
   *
   * @param at when
   * @param with where the person answered
   */
  record Approved(Instant at, Channel with) implements ApprovalState {}

  /** No, or two wrong numbers. */
  record Denied() implements ApprovalState {}

  /** Too late, used already, or never asked. */
  record Expired() implements ApprovalState {}
}
