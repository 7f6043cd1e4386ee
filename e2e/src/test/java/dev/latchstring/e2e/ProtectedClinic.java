package dev.latchstring.e2e;

import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.nio.file.Path;

/** The clinic's MCP server and, in a process of its own, the {@code latch serve} it trusts. */
record ProtectedClinic(ServeProcess serve, ClinicServer server) implements AutoCloseable {

  /**
   * Starts both.
   *
   * @param folder an empty folder for the authorization server
   * @param more further lines of its configuration
   */
  static ProtectedClinic start(Path folder, String more) throws Exception {
    int port = Ports.free();
    ServeProcess serve = ServeProcess.start(folder, "http://localhost:" + port + "/mcp", more);
    return new ProtectedClinic(serve, ClinicServer.start(port, serve.issuer()));
  }

  /** Where the MCP server is. */
  URI url() {
    return server.url();
  }

  URI issuer() {
    return serve.issuer();
  }

  @Override
  public void close() throws Exception {
    server.close();
    serve.close();
  }
}
