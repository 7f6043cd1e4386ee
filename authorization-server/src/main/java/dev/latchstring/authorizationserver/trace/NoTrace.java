package dev.latchstring.authorizationserver.trace;

import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** Notes nothing. */
final class NoTrace implements RequestTrace {
  @Override
  public void begin(String check) {}

  @Override
  public void note(String name, @Nullable String value) {}

  @Override
  public void caller(Caller caller) {}

  @Override
  public void granted(HttpServletResponse response) {}

  @Override
  public void refused(OAuthException refusal, HttpServletResponse response) {}

  @Override
  public void end(int status) {}
}
