package dev.latchstring.cli;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * The clinic's MCP server, and the authorization server where alice and bob of the front desk log
 * in to it, in this process: for tests of what connects to it.
 */
public final class ProtectedClinic implements AutoCloseable {
  public static final String PASSWORD = "correct horse battery staple";

  private final ClinicServer clinic;
  private final AuthorizationServer issuer;

  private ProtectedClinic(ClinicServer clinic, AuthorizationServer issuer) {
    this.clinic = clinic;
    this.issuer = issuer;
  }

  /**
   * @param settings more of the authorization server's configuration, in YAML; or nothing
   */
  public static ProtectedClinic start(Path data, String settings) throws Exception {
    int port = Ports.free();
    ClinicServer clinic = ClinicServer.start(0, URI.create("http://localhost:" + port));
    String yaml =
        """
        issuer: http://localhost:%1$d
        port: %1$d
        data: %2$s
        device_authorization: { interval: 1s }
        %3$s
        resources:
          - resource: %4$s
            scopes: [clinic:read, clinic:write]
            default_scopes: [clinic:read]
        accounts:
          - { username: alice, password: %5$s, teams: [front-desk] }
          - { username: bob, password: %5$s, teams: [front-desk] }
        """
            .formatted(port, data, settings, clinic.url(), PASSWORD);
    return new ProtectedClinic(
        clinic, AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of()))));
  }

  /** The MCP endpoint. */
  public URI url() {
    return clinic.url();
  }

  public URI issuer() {
    return issuer.issuer();
  }

  @Override
  public void close() {
    clinic.close();
    issuer.close();
  }
}
