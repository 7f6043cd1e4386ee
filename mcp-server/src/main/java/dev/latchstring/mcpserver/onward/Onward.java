package dev.latchstring.mcpserver.onward;

import dev.latchstring.client.AccessToken;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 8693. One caller's way on, by what is had in exchange for the caller's token: access tokens
 * for servers over HTTP, and assertions for tool servers that take no token.
 */
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

  /**
   * {@code docs/tool-authorization.md}, "Identity assertions". The authorization server's word, to
   * one tool server, for who makes one call: the value of {@code
   * params._meta["dev.latchstring/identity"]}. It is good once, for a minute at most, and for these
   * very arguments, so each call asks for its own.
   *
   * @param audience what the tool server is called, in the authorization server's configuration too
   * @param tool the tool's name, as that server knows it
   * @param arguments as they will be sent, an object; null where there are none
   * @param scopes the most that it is to say; as much as may be where none is named
   * @throws dev.latchstring.client.ClientException {@code REFUSED} where the authorization server
   *     does not vouch for this caller, {@code NETWORK} where it cannot be asked
   * @throws dev.latchstring.oauth.JsonException where the arguments have no canonical form, such as
   *     an integer beyond 2<sup>53</sup> - 1
   */
  String identity(String audience, String tool, @Nullable JsonNode arguments, String... scopes);
}
