package dev.latchstring.authorizationserver.http;

import java.io.IOException;

/**
 * Answers one kind of request, at once or by {@link Exchange#answerLater}. Refusals are thrown as
 * {@link dev.latchstring.oauth.OAuthException}; {@link Exchange} writes them.
 */
@FunctionalInterface
public interface Endpoint {
  /**
   * @throws IOException where the connection is lost
   */
  void handle(Exchange exchange) throws IOException;
}
