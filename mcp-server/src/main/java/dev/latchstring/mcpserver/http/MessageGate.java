package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.http.Credentials.Scheme;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.mcpserver.trace.AccessTrace;

/** Lets messages by that the caller may send. */
final class MessageGate {
  private static final Decision ALLOWED = new Decision.Allowed();

  private final ToolAuthorizer tools;
  private final Challenges challenges;

  MessageGate(ToolAuthorizer tools, Challenges challenges) {
    this.tools = tools;
    this.challenges = challenges;
  }

  /**
   * @throws Refusal 401 or 403 where one of the messages is not allowed, with everything that all
   *     of them lack; 503 where it cannot be decided
   */
  void require(Caller caller, Message.Body body, Scheme scheme, AccessTrace trace) {
    Decision all = ALLOWED;
    for (Message message : body.messages()) {
      all = all.and(decide(caller, message, trace));
    }
    if (!all.isAllowed()) {
      throw challenges.refused(all, scheme);
    }
  }

  /**
   * Lets an operation of an HTTP API by.
   *
   * @throws Refusal as for a message
   */
  void require(Caller caller, String operation, Scheme scheme, AccessTrace trace) {
    trace.message(new AccessTrace.AskedFor(Question.CALL, operation, null, null));
    Decision decision = tools.admit(caller, Question.CALL, operation, null);
    trace.decided(decision);
    if (!decision.isAllowed()) {
      throw challenges.refused(decision, scheme);
    }
  }

  private Decision decide(Caller caller, Message message, AccessTrace trace) {
    String method = message.method();
    if (method == null) {
      return ALLOWED; // An answer to a question of the server.
    }
    String tool = method.equals(Question.CALL) ? message.name() : null;
    trace.message(
        new AccessTrace.AskedFor(method, tool, message.traceparent(), message.tracestate()));
    Decision decision = tools.admit(caller, method, message.target(), message.arguments());
    trace.decided(decision);
    return decision;
  }
}
