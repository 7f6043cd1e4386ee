package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.http.Credentials.Scheme;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.mcpserver.trace.AccessTrace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets messages by that the caller may send. What is refused is logged, with who asked for it. */
final class MessageGate {
  private static final Logger LOG = LoggerFactory.getLogger(MessageGate.class);
  private static final Decision ALLOWED = new Decision.Allowed();

  private final ToolAuthorizer tools;
  private final Challenges challenges;

  MessageGate(ToolAuthorizer tools, Challenges challenges) {
    this.tools = tools;
    this.challenges = challenges;
  }

  /**
   * @throws Refusal 401 or 403 where one of the messages is not allowed, with everything that all
   *     of them lack
   */
  void require(Caller caller, Message.Body body, Scheme scheme, AccessTrace trace) {
    Decision all = ALLOWED;
    for (Message message : body.messages()) {
      Decision one = decide(caller, message, trace);
      if (!(one instanceof Decision.Allowed)) {
        LOG.info(
            "refused to subject {} by client {}: {} {}: {}",
            printable(caller.subject()),
            printable(caller.clientId()),
            printable(message.method()),
            printable(message.name()),
            one);
      }
      all = all.and(one);
    }
    if (!(all instanceof Decision.Allowed)) {
      throw challenges.refused(all, scheme);
    }
  }

  private Decision decide(Caller caller, Message message, AccessTrace trace) {
    String method = message.method();
    if (method == null) {
      return ALLOWED; // An answer to a question of the server.
    }
    String tool = method.equals("tools/call") ? message.name() : null;
    trace.message(
        new AccessTrace.AskedFor(method, tool, message.traceparent(), message.tracestate()));
    Decision decision = tool != null ? tools.call(caller, tool) : tools.request(caller, method);
    trace.decided(decision);
    return decision;
  }

  /** A stranger's text, short enough and without line breaks, for the log. */
  private static String printable(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String start = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return start.replaceAll("[^ -~]", "?");
  }
}
