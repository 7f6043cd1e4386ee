package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.trace.SecurityLog;

/** Tells whoever guards the server what people answered, and never a number. */
final class ApprovalLog {
  private ApprovalLog() {}

  static void told(Outcome outcome, String subject, Channel channel, String address) {
    String event =
        switch (outcome) {
          case APPROVED -> "approval_given";
          case DENIED -> "approval_denied";
          case WRONG_NUMBER -> "approval_wrong_number";
          case DENIED_BY_NUMBER -> "approval_denied_by_number";
          case ASKED_HERE -> "approval_of_its_own";
          case OVER -> "approval_over";
        };
    if (outcome == Outcome.DENIED_BY_NUMBER || outcome == Outcome.ASKED_HERE) {
      SecurityLog.warn(event, "subject", subject, "with", channel.text(), "address", address);
    } else {
      SecurityLog.note(event, "subject", subject, "with", channel.text(), "address", address);
    }
  }
}
