package dev.latchstring.mcpserver.tools;

import dev.latchstring.mcpserver.audit.AuditEntry;
import dev.latchstring.mcpserver.audit.AuditEntry.Outcome;
import dev.latchstring.mcpserver.audit.AuditTrail;
import dev.latchstring.oauth.ErrorCode;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the audit trail is told of a decision. */
final class AuditedDecisions {
  private final AuditTrail trail;
  private final InstantSource clock;

  AuditedDecisions(AuditTrail trail, InstantSource clock) {
    this.trail = trail;
    this.clock = clock;
  }

  void add(@Nullable Caller caller, String method, @Nullable String target, Ruling ruling) {
    Decision decision = ruling.decision();
    trail.add(
        new AuditEntry(
            clock.instant(),
            caller == null ? null : caller.subject(),
            caller == null ? null : caller.issuer(),
            caller == null ? null : caller.clientId(),
            caller == null ? List.of() : caller.actors().stream().map(Actor::subject).toList(),
            method,
            isNamed(method) ? target : null,
            outcome(decision),
            error(decision),
            ruling.rule()));
  }

  /** Somebody said who they are, and it was not believed: nothing is known of them. */
  void addUnbelieved(String method, @Nullable String target, ErrorCode error) {
    boolean unknown = error == ErrorCode.TEMPORARILY_UNAVAILABLE;
    trail.add(
        new AuditEntry(
            clock.instant(),
            null,
            null,
            null,
            List.of(),
            method,
            isNamed(method) ? target : null,
            unknown ? Outcome.UNDECIDED : Outcome.REFUSED,
            error.code(),
            "identity"));
  }

  private static boolean isNamed(String method) {
    return method.equals(Question.CALL) || method.equals("prompts/get");
  }

  private static Outcome outcome(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> Outcome.ALLOWED;
      case Decision.Unavailable unavailable -> Outcome.UNDECIDED;
      default -> Outcome.REFUSED;
    };
  }

  private static @Nullable String error(Decision decision) {
    if (decision.isAllowed()) {
      return null;
    }
    String error = AuthError.of(decision).error();
    return error == null ? "login_required" : error;
  }
}
