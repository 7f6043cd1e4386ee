package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.tools.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whose sessions of the HTTP+SSE transport are whose (MCP 2024-11-05). Such a session is a stream,
 * whose first event names the address for its messages, with the session in its query: the servlet
 * goes by that alone. A message to a further address of the resource that has a query is for
 * whoever opened the stream that named it.
 */
record StreamSessions(EndpointAddresses addresses, SessionOwners owners) {

  /** Where streams are noted that a request may open; null where it opens none. */
  @Nullable SessionOwners openedBy(HttpServletRequest request) {
    return addresses.areSeveral() && request.getMethod().equals("GET") ? owners : null;
  }

  /**
   * @throws Refusal 404 where the message is for somebody else's stream, or for none
   */
  void require(HttpServletRequest message, Caller caller) {
    String session = message.getQueryString();
    if (session != null && addresses.isFurther(message)) {
      owners.require(session, caller);
    }
  }
}
