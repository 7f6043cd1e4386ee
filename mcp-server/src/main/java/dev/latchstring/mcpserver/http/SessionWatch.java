package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.tools.Caller;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A response that notes whose session the servlet opens, before the client can learn of it: in a
 * header, or in the first event of a stream.
 */
final class SessionWatch extends HttpServletResponseWrapper {
  private final SessionOwners sessions;
  private final Caller caller;
  private final @Nullable FirstEvent first;

  /**
   * @param streams whose sessions are opened by events; null where this opens none of them
   */
  SessionWatch(
      HttpServletResponse response,
      SessionOwners sessions,
      Caller caller,
      @Nullable SessionOwners streams) {
    super(response);
    this.sessions = sessions;
    this.caller = caller;
    this.first =
        streams == null ? null : new FirstEvent(session -> streams.opened(session, caller));
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream output = super.getOutputStream();
    return first == null ? output : new WatchedOutput(output, first);
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter writer = super.getWriter();
    return first == null ? writer : new PrintWriter(WatchedOutput.of(writer, first));
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
