package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.tools.Caller;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/** A response that notes whose session the servlet opens, before the client can learn of it. */
final class SessionWatch extends HttpServletResponseWrapper {
  private final SessionOwners sessions;
  private final Caller caller;

  SessionWatch(HttpServletResponse response, SessionOwners sessions, Caller caller) {
    super(response);
    this.sessions = sessions;
    this.caller = caller;
  }

  @Override
  public void setHeader(String name, String value) {
    note(name, value);
    super.setHeader(name, value);
  }

  @Override
  public void addHeader(String name, String value) {
    note(name, value);
    super.addHeader(name, value);
  }

  private void note(String name, String value) {
    if (name.equalsIgnoreCase(BearerFilter.SESSION)) {
      sessions.opened(value, caller);
    }
  }
}
