package dev.latchstring.authorizationserver.http;

import java.io.IOException;

/**
 * Answers one kind of request. Refusals are thrown as {@link dev.latchstring.oauth.OAuthException};
 * {@link EndpointServlet} writes them.
 */
@FunctionalInterface
public interface Endpoint {
  /**
   * @throws IOException where the connection is lost
   */
  void handle(Exchange exchange) throws IOException;
}
