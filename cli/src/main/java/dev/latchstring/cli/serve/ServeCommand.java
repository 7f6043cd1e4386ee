package dev.latchstring.cli.serve;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.account.Clients;
import dev.latchstring.cli.terminal.Output;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code latch serve}: the authorization server, until the process is asked to end. */
@Command(
    name = "serve",
    description = "Run the authorization server.",
    footer = {
      "",
      "Options win over environment variables, those over the configuration file.",
      "Without any: loopback, port 9000, SQLite in a file in your data directory.",
      "SIGTERM and Ctrl-C finish the requests in flight, then end with status 0."
    })
public final class ServeCommand implements Callable<Integer> {
  enum LogFormat {
    text,
    json
  }

  enum LogLevel {
    error,
    warn,
    info,
    debug
  }

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration file (YAML).")
  @Nullable Path config;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "The port to listen on (default: that of a loopback issuer, else 9000; 0 for any free one).")
  @Nullable Integer port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The directory for the database and the key that guards it.")
  @Nullable String data;

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description = "The address that clients know the server by: https, or http on loopback.")
  @Nullable String issuer;

  @Option(
      names = "--host",
      paramLabel = "ADDR",
      description = "The address to listen on (default: localhost; 0.0.0.0 for all).")
  @Nullable String host;

  @Option(
      names = "--test-mode",
      description =
          "A server for tests: on loopback alone, with fresh keys and its own data each time.")
  boolean testMode;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text or json (default: text; json with --json).")
  @Nullable LogFormat logFormat;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info or debug (default: info).")
  LogLevel logLevel = LogLevel.info;

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public ServeCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() throws Exception {
    Output out = output.with(common.json, common.debug);
    boolean jsonLog = logFormat == null ? common.json : logFormat == LogFormat.json;
    ServerLog.choose(jsonLog, common.debug ? "debug" : logLevel.name());
    long start = System.nanoTime();
    ServerConfiguration configuration = read();
    AuthorizationServer server = start(configuration);
    Welcome welcome = new Welcome(out, server, configuration, System.nanoTime() - start);
    return ServerLife.run(out, server, welcome::print);
  }

  private ServerConfiguration read() {
    Path userData = Clients.directories(environment).data();
    try {
      return ConfigurationReader.read(
          config,
          new Overrides(environment.variables(), issuer, host, port, data, userData, testMode));
    } catch (ConfigurationException e) {
      throw failure(ExitStatus.CONFIGURATION, e);
    }
  }

  private static AuthorizationServer start(ServerConfiguration configuration) {
    try {
      return AuthorizationServer.start(configuration);
    } catch (ConfigurationException e) {
      throw failure(status(configuration), e);
    }
  }

  /** Which of the three it was is looked up, because the exception is one for all. */
  private static ExitStatus status(ServerConfiguration configuration) {
    if (configuration.port() != 0 && !canListen(configuration.bind(), configuration.port())) {
      return ExitStatus.PORT;
    }
    Path data = configuration.data();
    boolean usable = Files.isDirectory(data) && Files.isWritable(data) && hasRoom(data);
    return usable ? ExitStatus.CONFIGURATION : ExitStatus.FILES;
  }

  private static boolean canListen(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasRoom(Path data) {
    try {
      return Files.getFileStore(data).getUsableSpace() > 1 << 20;
    } catch (IOException e) {
      return false;
    }
  }

  /** The server's messages end with the advice; it becomes the hint. */
  private static CommandFailure failure(ExitStatus status, ConfigurationException e) {
    String message = String.valueOf(e.getMessage());
    for (String separator : List.of("; ", ". Write ")) {
      int advice = message.lastIndexOf(separator);
      if (advice >= 0) {
        String hint = message.substring(advice + 2);
        return new CommandFailure(status, message.substring(0, advice), hint, e);
      }
    }
    return new CommandFailure(status, message, null, e);
  }
}
