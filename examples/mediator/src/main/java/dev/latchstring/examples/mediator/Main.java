package dev.latchstring.examples.mediator;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.OAuthException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Starts the mediator on stdio or over HTTP, or the API that it fronts. */
public final class Main {
  private static final String USAGE =
      """
      usage: mediator [--http] [--issuer URL] [--api URL] [--acr "A B"] [--port N] [--public-url URL]
             mediator --points-service [--issuer URL] [--port N]
      LATCH_CLIENT_ID and LATCH_CLIENT_SECRET say who the mediator is at the authorization server.\
      """;

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    // Standard output is the protocol's: whatever prints goes to standard error.
    PrintStream out = System.out;
    System.setOut(System.err);
    try {
      run(arguments, out);
    } catch (IllegalArgumentException | UncheckedIOException | OAuthException | ClientException e) {
      System.err.println("mediator: " + e.getMessage());
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static void run(String[] arguments, PrintStream out) throws InterruptedException {
    Map<String, String> options = options(arguments);
    URI issuer = URI.create(options.getOrDefault("--issuer", "http://localhost:9000"));
    if (options.containsKey("--points-service")) {
      PointsService service = PointsService.start(port(options, "9400"), issuer);
      Runtime.getRuntime().addShutdownHook(new Thread(service::close, "points-stop"));
      System.err.println("points: " + service.url() + ", tokens from " + issuer);
      Thread.currentThread().join();
    }
    Settings settings = settings(options, issuer);
    if (options.containsKey("--http")) {
      MediatorServer server = MediatorServer.overHttp(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mediator-stop"));
      System.err.println("mediator: " + server.url() + ", for " + settings.api());
      Thread.currentThread().join();
    }
    WatchedInput in = new WatchedInput(System.in);
    MediatorServer server = MediatorServer.onStdio(settings, in, out);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mediator-stop"));
    in.awaitEnd();
    // The hook revokes what the person signed in to.
    System.exit(0);
  }

  private static Settings settings(Map<String, String> options, URI issuer) {
    ClientIdentity client = ClientIdentity.fromEnvironment(System.getenv());
    if (client == null) {
      throw new IllegalArgumentException("LATCH_CLIENT_ID is not set");
    }
    String publicUrl = options.get("--public-url");
    return new Settings(
        issuer,
        client,
        URI.create(options.getOrDefault("--api", "http://localhost:9400/points")),
        Arrays.stream(options.getOrDefault("--acr", "").split(" "))
            .filter(acr -> !acr.isBlank())
            .toList(),
        port(options, options.containsKey("--http") ? "9410" : "0"),
        publicUrl == null ? null : URI.create(publicUrl),
        Settings.PATIENCE);
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new HashMap<>();
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
    while (!rest.isEmpty()) {
      String flag = rest.pop();
      switch (flag) {
        case "--http", "--points-service" -> options.put(flag, "");
        case "--issuer", "--api", "--acr", "--port", "--public-url" -> {
          if (rest.isEmpty()) {
            throw new IllegalArgumentException(flag + " needs a value");
          }
          options.put(flag, rest.pop());
        }
        default -> throw new IllegalArgumentException(flag + " is not known");
      }
    }
    return options;
  }

  private static int port(Map<String, String> options, String otherwise) {
    try {
      int port = Integer.parseInt(options.getOrDefault("--port", otherwise));
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("--port is a number from 0 to 65535");
  }
}
