package dev.latchstring.cli.connect;

import dev.latchstring.client.http.Network;
import java.net.URI;
import java.util.Map;

/**
 * The server that the bridge leads to.
 *
 * @param server the MCP endpoint
 * @param headers what the user wants each request to the server to have besides its own; may be
 *     secrets
 * @param network how it is reached
 */
record Destination(URI server, Map<String, String> headers, Network network) {
  Destination {
    headers = Map.copyOf(headers);
  }

  /** Without the headers' values. */
  @Override
  public String toString() {
    return "Destination[" + server + ", " + headers.keySet() + "]";
  }
}
