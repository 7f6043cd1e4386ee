package dev.latchstring.mcpserver.trace;

import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** Notes nothing. */
final class NoTrace implements AccessTrace {
  @Override
  public void authenticated(Caller caller) {}

  @Override
  public void message(AskedFor asked) {}

  @Override
  public void decided(Decision decision) {}

  @Override
  public void granted(HttpServletResponse response) {}

  @Override
  public void refused(
      int status, @Nullable String error, @Nullable String rule, HttpServletResponse to) {}
}
