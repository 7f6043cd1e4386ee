package dev.latchstring.client;

import dev.latchstring.oauth.Challenge;
import java.net.URI;
import java.util.List;

/**
 * MCP authorization, "Authorization Server Discovery": finds out whether an MCP server needs a
 * login, and where it is done.
 */
public interface Discovery {
  /**
   * Asks the server without a token, and follows what it answers: the challenge's {@code
   * resource_metadata}, else the well-known places of RFC 9728; then RFC 8414 and OpenID Connect
   * Discovery.
   *
   * @throws ClientException {@link Problem#BAD_ADDRESS}, {@link Problem#NETWORK}, {@link
   *     Problem#NOT_MCP}, {@link Problem#METADATA_MISSING} or {@link Problem#METADATA_INVALID}
   */
  DiscoveryResult discover(URI server);

  /**
   * The same for a caller that has a 401 or 403 in its hand already: no probe is sent.
   *
   * @param challenges the response's {@code WWW-Authenticate} challenges, may be empty
   */
  Discovered discover(URI server, List<Challenge> challenges);
}
