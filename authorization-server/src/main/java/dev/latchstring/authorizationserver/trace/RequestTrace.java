package dev.latchstring.authorizationserver.trace;

import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.http.HttpServletResponse;

/** One request, from its arrival to its answer. Used by one thread at a time. */
public interface RequestTrace extends Checks {
  /** Where nobody wants to know. */
  RequestTrace NONE = new NoTrace();

  /** The request is granted; what may be told is put into the answer's header. */
  void granted(HttpServletResponse response);

  /** The request is refused; what may be told is put into the answer's header. */
  void refused(OAuthException refusal, HttpServletResponse response);

  /** The answer is written. */
  void end(int status);
}
