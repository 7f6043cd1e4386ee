package dev.latchstring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the login kit costs a stdio server on the official SDK: from the start of the process to the
 * answer to {@code initialize}, and a tool's call where somebody is logged in; each with it and
 * without, turn by turn. The last line is the ratio of the starts.
 */
public final class StdioKitBenchmark {
  /** Starts of each that are too few to be compared. */
  private static final int FEWEST_RUNS = 20;

  private static final int CALLS = 5000;
  private static final int ROUNDS = 7;

  private StdioKitBenchmark() {}

  public static void main(String[] args) throws IOException {
    int runs = Math.max(FEWEST_RUNS, Arguments.parse(args).runs());
    Path home = Files.createTempDirectory("latchstring-benchmark-");
    StdioBridge plain = server("plain", home);
    StdioBridge kit = server("kit", home);
    calls(plain, server("logged-in", home));
    Measured without = new Measured();
    Measured with = new Measured();
    start(plain);
    start(kit);
    for (int i = 0; i < runs; i++) {
      // Who comes second finds the processor warm, or busy: each is second every other time.
      if (i % 2 == 0) {
        without.add(start(plain));
        with.add(start(kit));
      } else {
        with.add(start(kit));
        without.add(start(plain));
      }
    }
    System.out.printf("without the kit: first answer, %s%n", without);
    System.out.printf("with the kit: first answer, %s%n", with);
    System.out.printf(
        "ratio of the first answers, with to without: %.2f%n", with.median() / without.median());
  }

  private static StdioBridge server(String kind, Path home) {
    return new StdioBridge(
        kind,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StdioKitServer.class.getName(),
            kind),
        home);
  }

  private static double start(StdioBridge server) throws IOException {
    try (StdioBridge.Running running = server.start()) {
      running.initialize();
      return running.age();
    }
  }

  private static void calls(StdioBridge plain, StdioBridge loggedIn) throws IOException {
    Measured without = new Measured();
    Measured with = new Measured();
    try (StdioBridge.Running first = opened(plain);
        StdioBridge.Running second = opened(loggedIn)) {
      perCall(first);
      perCall(second);
      for (int i = 0; i < ROUNDS; i++) {
        without.add(perCall(first));
        with.add(perCall(second));
      }
    }
    System.out.printf("without the kit: a call, %.0f µs%n", without.median() * 1000);
    System.out.printf("with the kit, logged in: a call, %.0f µs%n", with.median() * 1000);
  }

  private static StdioBridge.Running opened(StdioBridge server) throws IOException {
    StdioBridge.Running running = server.start();
    running.initialize();
    running.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return running;
  }

  /** Milliseconds, one call after the other. */
  private static double perCall(StdioBridge.Running server) throws IOException {
    long before = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      server.call(i + 2);
      String answer = server.answer();
      if (!answer.contains("\"hello\"") || answer.contains("\"isError\":true")) {
        throw new IllegalStateException("answered: " + answer);
      }
    }
    return (System.nanoTime() - before) / 1e6 / CALLS;
  }
}
