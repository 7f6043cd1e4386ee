package dev.latchstring.examples.clinic;

import dev.latchstring.oauth.OAuthException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Starts the clinic's server and keeps it until the process is ended. */
public final class Main {
  private static final String USAGE =
      "usage: clinic [--port N] [--issuer URL]    (9100 and http://localhost:9000 unless given)";

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      run(arguments);
    } catch (IllegalArgumentException | UncheckedIOException | OAuthException e) {
      System.err.println("clinic: " + e.getMessage());
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static void run(String[] arguments) throws InterruptedException {
    int port = 9100;
    URI issuer = URI.create("http://localhost:9000");
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
    while (!rest.isEmpty()) {
      String flag = rest.pop();
      if (rest.isEmpty()) {
        throw new IllegalArgumentException(flag + " needs a value, or is not known");
      }
      String value = rest.pop();
      switch (flag) {
        case "--port" -> port = port(value);
        case "--issuer" -> issuer = URI.create(value);
        default -> throw new IllegalArgumentException(flag + " is not known");
      }
    }
    ClinicServer server = ClinicServer.start(port, issuer);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "clinic-stop"));
    System.err.println("clinic: MCP server at " + server.url() + ", tokens from " + issuer);
    Thread.currentThread().join();
  }

  private static int port(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("--port is a number from 0 to 65535");
  }
}
