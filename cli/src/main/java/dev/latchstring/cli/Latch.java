package dev.latchstring.cli;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.cli.connect.ConnectCommand;
import dev.latchstring.cli.run.RunCommand;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/**
 * The {@code latch} command.
 *
 * <p>{@code connect} and {@code run} are dispatched before anything else is loaded, because a host
 * waits for their first answer; {@link Commands} has the others.
 */
public final class Latch {
  private Latch() {}

  /** Runs the command that the arguments name, and ends the process with its status. */
  public static void main(String[] args) {
    String command = args.length == 0 ? "" : args[0];
    chooseLogging(command);
    if (command.equals("connect")) {
      ConnectCommand.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    if (command.equals("run")) {
      RunCommand.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    if (isServer(command)) {
      // First: two threads that log at once, before there is a log, lose the choice of its level.
      LoggerFactory.getILoggerFactory();
      AuthorizationServer.prepare();
    }
    Environment environment = Environment.ofThisProcess();
    int status = Commands.run(args, environment);
    environment.out().flush();
    environment.err().flush();
    System.exit(status);
  }

  /** Two backends are on the class path: a server's, and a quick one for everything else. */
  private static void chooseLogging(String command) {
    setUnlessSet(
        "slf4j.provider",
        isServer(command)
            ? "ch.qos.logback.classic.spi.LogbackServiceProvider"
            : "org.slf4j.simple.SimpleServiceProvider");
    // What it warns of, calls replayed after a start on several threads, is nobody's concern.
    setUnlessSet("slf4j.internal.verbosity", "ERROR");
    setUnlessSet("org.slf4j.simpleLogger.defaultLogLevel", "error");
  }

  private static boolean isServer(String command) {
    return command.equals("serve") || command.equals("demo");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
