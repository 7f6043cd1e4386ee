package dev.latchstring.examples.mediator;

import dev.latchstring.mcpserver.tools.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Whose a login is: a person in an MCP session. A session's identifier alone is nobody (MCP
 * 2025-11-25, Elicitation, "Statefulness"), so over HTTP it is never looked up without the caller.
 *
 * @param issuer of the caller's own access token; null on stdio, where the session is the process
 * @param subject the caller; null on stdio
 */
record Holder(String sessionId, @Nullable String issuer, @Nullable String subject) {
  static Holder of(String sessionId, Caller caller) {
    return new Holder(sessionId, caller.issuer(), caller.subject());
  }

  static Holder ofProcess() {
    return new Holder("stdio", null, null);
  }

  /** Whether somebody who proved to be this person may be logged in here. */
  boolean admits(@Nullable String provenIssuer, @Nullable String provenSubject) {
    return subject == null
        || (subject.equals(provenSubject) && issuerOrNone().equals(provenIssuer));
  }

  private String issuerOrNone() {
    return issuer == null ? "" : issuer;
  }
}
