package dev.latchstring.examples.clinic;

import java.net.URI;

/**
 * The clinic's MCP server: Jetty, Latchstring's bearer filter and the official SDK's Streamable
 * HTTP transport, on loopback.
 */
public final class ClinicServer implements AutoCloseable {
  private final URI url;

  private ClinicServer(URI url) {
    this.url = url;
  }

  /**
   * Starts the server on {@code localhost}.
   *
   * @param port 1–65535, or 0 for any free port
   * @param issuer the authorization server whose access tokens are accepted; https, or http on
   *     loopback
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static ClinicServer start(int port, URI issuer) {
    if (port >= 0) {
      throw new UnsupportedOperationException("not built yet: " + port + " " + issuer);
    }
    return new ClinicServer(issuer);
  }

  /**
   * The address of the MCP endpoint, which is also the resource identifier that an access token
   * must name as its audience: {@code http://localhost:PORT/mcp}.
   */
  public URI url() {
    return url;
  }

  /** Stops accepting, ends open streams and releases the port. */
  @Override
  public void close() {}
}
