package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.tools.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whose sessions of the HTTP+SSE transport are whose (MCP 2024-11-05). Such a session is a stream,
 * whose first event names the address for its messages, with the session in its query: the servlet
 * goes by that alone. So where the resource has further addresses, a message with a query is for
 * whoever opened the stream that named it, at whichever path: paths have more spellings than one.
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
    if (session != null && addresses.areSeveral()) {
      owners.require(session, caller);
    }
  }
}
