package dev.latchstring.examples.voice;

import dev.latchstring.client.registration.ClientIdentity;
import java.net.URI;

/**
 * What the agent has to know.
 *
 * @param issuer the authorization server
 * @param mcp the clinic's MCP endpoint, which is also the resource that tokens are for
 * @param client this agent, which the authorization server knows as first-party; with its secret
 * @param lines how many calls at once; the next caller is told that all lines are busy
 */
public record Settings(URI issuer, URI mcp, ClientIdentity client, int lines) {
  /** Unless said otherwise. */
  public static final int LINES = 200;

  /** The most lines: each holds two connections and, while somebody is served, a thread. */
  public static final int MOST_LINES = 1000;

  public Settings {
    if (lines < 1 || lines > MOST_LINES) {
      throw new IllegalArgumentException("lines: 1 to " + MOST_LINES);
    }
  }
}
