package dev.latchstring.cli.demo;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two servers of the demo, in this process, on loopback: the authorization server on SQLite in
 * a temporary directory, and the clinic's MCP server that trusts it. Closing stops both and deletes
 * the directory.
 */
final class DemoServers implements AutoCloseable {
  private final int mcpPort;
  private final URI issuer;
  private final Path directory;
  private @Nullable AuthorizationServer authorizationServer;
  private @Nullable ClinicServer clinic;
  private boolean closed;

  private DemoServers(int issuerPort, int mcpPort, Path directory) {
    this.mcpPort = mcpPort;
    this.issuer = URI.create("http://localhost:" + issuerPort);
    this.directory = directory;
  }

  /**
   * Chooses ports and makes the directory; nothing runs yet.
   *
   * @param port the authorization server's port; 0 for any free one
   * @param mcpPort the MCP server's port; 0 for any free one
   * @throws CommandFailure {@link ExitStatus#FILES} where there is no place for temporary files
   */
  static DemoServers prepare(int port, int mcpPort) {
    try {
      return new DemoServers(
          port == 0 ? freePort() : port,
          mcpPort == 0 ? freePort() : mcpPort,
          Files.createTempDirectory("latch-demo-"));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.FILES,
          "no temporary directory can be made in " + System.getProperty("java.io.tmpdir", "/tmp"),
          "make room there, or set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR",
          e);
    }
  }

  /**
   * Starts the authorization server.
   *
   * @throws CommandFailure {@link ExitStatus#PORT} where its port is taken
   */
  synchronized void startIssuer(DemoPeople people, DemoPhone phone) {
    String yaml =
        """
        issuer: %s
        port: %d
        data: %s
        device_authorization: { interval: 1s }
        resources:
          - resource: %s
            name: Clinic front desk
            scopes: [clinic:read, clinic:write, patient:self, patient:record]
            default_scopes: [clinic:read]
        %s%s%s\
        """
            .formatted(
                issuer,
                issuer.getPort(),
                Json.write(directory.toString()),
                mcp(),
                phone.yaml(),
                people.yaml(),
                DemoPhone.account(people.password()));
    try {
      authorizationServer =
          AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of())));
    } catch (ConfigurationException e) {
      if (!isFree(issuer.getPort())) {
        throw portTaken(issuer.getPort(), "--port", e);
      }
      throw new CommandFailure(ExitStatus.CONFIGURATION, String.valueOf(e.getMessage()), null, e);
    }
  }

  /**
   * Starts the MCP server, which trusts the authorization server.
   *
   * @throws CommandFailure {@link ExitStatus#PORT} where its port is taken
   */
  synchronized void startClinic() {
    try {
      clinic = ClinicServer.start(mcpPort, issuer);
    } catch (UncheckedIOException e) {
      throw portTaken(mcpPort, "--mcp-port", e);
    }
  }

  private static CommandFailure portTaken(int port, String option, RuntimeException cause) {
    return new CommandFailure(
        ExitStatus.PORT,
        "port " + port + " is taken by another program, or not allowed",
        "choose another with " + option + " N, or leave the option out for a free one",
        cause);
  }

  /** A port that nobody has right now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the port can be had on loopback right now. */
  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  URI issuer() {
    return issuer;
  }

  /** The MCP endpoint, which is also the resource of its tokens. */
  URI mcp() {
    return URI.create("http://localhost:" + mcpPort + "/mcp");
  }

  Path directory() {
    return directory;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (clinic != null) {
        clinic.close();
      }
      if (authorizationServer != null) {
        authorizationServer.close();
      }
      delete(directory);
    }
  }

  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException fault)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // The system cleans its temporary files; the demo has nothing in them worth a failure.
    }
  }
}
