package dev.latchstring.mcpserver.trace;

import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** One request, from its arrival to the decision on it. Used by one thread. */
public interface AccessTrace {
  /** Where nobody wants to know. */
  AccessTrace NONE = new NoTrace();

  /** The token is good, and presented by whom it belongs to. */
  void authenticated(Caller caller);

  /** A message is looked at; the check before it is passed. */
  void message(AskedFor asked);

  /** What was decided on the message. */
  void decided(Decision decision);

  /** The request goes on; what may be told is put into the answer's header. */
  void granted(HttpServletResponse response);

  /**
   * The request goes no further; what may be told is put into the answer's header.
   *
   * @param error OAuth's code, or null
   * @param rule what is broken, as the caller is told
   */
  void refused(int status, @Nullable String error, @Nullable String rule, HttpServletResponse to);

  /**
   * What a message asks for, in the caller's own words.
   *
   * @param traceparent {@code params._meta.traceparent}, or null
   * @param tracestate {@code params._meta.tracestate}, or null
   */
  record AskedFor(
      String method,
      @Nullable String tool,
      @Nullable String traceparent,
      @Nullable String tracestate) {}
}
