package dev.latchstring.mcpserver.onward;

import dev.latchstring.client.AccessToken;

/** RFC 8693. One caller's way on: tokens to call other servers with, on the caller's behalf. */
@FunctionalInterface
public interface Onward {
  /**
   * A token for another server.
   *
   * @param resource RFC 8707: the other server's identifier, the only one it may be sent to
   * @param scopes what is asked for; as much as may be had where none is named. Less may be given:
   *     {@link AccessToken#scope} says what
   * @throws dev.latchstring.client.ClientException {@code REFUSED} where the authorization server
   *     gives none for this caller, {@code NETWORK} where it cannot be asked
   */
  AccessToken to(String resource, String... scopes);
}
