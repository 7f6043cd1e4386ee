package dev.latchstring.cli.demo;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.examples.clinic.ClinicServer;
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
import java.time.Duration;
import java.util.Map;

/**
 * The two servers of the demo, in this process, on loopback: the authorization server on SQLite in
 * a temporary directory, and the clinic's MCP server that trusts it. Closing stops both and deletes
 * the directory.
 */
final class DemoServers implements AutoCloseable {
  private final AuthorizationServer authorizationServer;
  private final ClinicServer clinic;
  private final Path directory;
  private final Duration authorizationServerTook;
  private final Duration clinicTook;
  private boolean closed;

  private DemoServers(
      AuthorizationServer authorizationServer,
      ClinicServer clinic,
      Path directory,
      Duration authorizationServerTook,
      Duration clinicTook) {
    this.authorizationServer = authorizationServer;
    this.clinic = clinic;
    this.directory = directory;
    this.authorizationServerTook = authorizationServerTook;
    this.clinicTook = clinicTook;
  }

  /**
   * Starts both.
   *
   * @param port the authorization server's port; 0 for any free one
   * @param mcpPort the MCP server's port; 0 for any free one
   * @param people who may sign in
   * @throws CommandFailure {@link ExitStatus#PORT} where a port is taken, {@link ExitStatus#FILES}
   *     where there is no place for temporary files
   */
  static DemoServers start(int port, int mcpPort, DemoPeople people) {
    int issuerPort = port == 0 ? freePort() : port;
    URI issuer = URI.create("http://localhost:" + issuerPort);
    long start = System.nanoTime();
    ClinicServer clinic = startClinic(mcpPort, issuer);
    Duration clinicTook = Duration.ofNanos(System.nanoTime() - start);
    try {
      Path directory = Files.createTempDirectory("latch-demo-");
      try {
        start = System.nanoTime();
        AuthorizationServer server = startIssuer(issuer, issuerPort, clinic, directory, people);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new DemoServers(server, clinic, directory, took, clinicTook);
      } catch (RuntimeException e) {
        delete(directory);
        throw e;
      }
    } catch (IOException e) {
      clinic.close();
      throw new CommandFailure(
          ExitStatus.FILES,
          "no temporary directory can be made in " + System.getProperty("java.io.tmpdir", "/tmp"),
          "make room there, or set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR",
          e);
    } catch (RuntimeException e) {
      clinic.close();
      throw e;
    }
  }

  private static ClinicServer startClinic(int port, URI issuer) {
    try {
      return ClinicServer.start(port, issuer);
    } catch (UncheckedIOException e) {
      throw portTaken(port, "--mcp-port", e);
    }
  }

  private static AuthorizationServer startIssuer(
      URI issuer, int port, ClinicServer clinic, Path directory, DemoPeople people) {
    String yaml =
        """
        issuer: %s
        port: %d
        data: %s
        resources:
          - resource: %s
            name: Clinic front desk
            scopes: [clinic:read, clinic:write]
            default_scopes: [clinic:read]
        %s\
        """
            .formatted(issuer, port, directory, clinic.url(), people.yaml());
    try {
      return AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of())));
    } catch (ConfigurationException e) {
      if (!isFree(port)) {
        throw portTaken(port, "--port", e);
      }
      throw new CommandFailure(ExitStatus.CONFIGURATION, String.valueOf(e.getMessage()), null, e);
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
    return authorizationServer.issuer();
  }

  /** The MCP endpoint, which is also the resource of its tokens. */
  URI mcp() {
    return clinic.url();
  }

  Path directory() {
    return directory;
  }

  Duration authorizationServerTook() {
    return authorizationServerTook;
  }

  Duration clinicTook() {
    return clinicTook;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      clinic.close();
      authorizationServer.close();
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
            public FileVisitResult postVisitDirectory(
                Path visited, @org.jspecify.annotations.Nullable IOException fault)
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
