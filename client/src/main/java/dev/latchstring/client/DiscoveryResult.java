package dev.latchstring.client;

import java.net.URI;

/** What a first request without a token shows: the server asks for a login, or it does not. */
public sealed interface DiscoveryResult permits Discovered, DiscoveryResult.NoLoginNeeded {
  /** The MCP endpoint that was asked. */
  URI server();

  /** The server answered an MCP request without a token. */
  record NoLoginNeeded(URI server) implements DiscoveryResult {}
}
