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

  /** What starts of one server took. */
  private static final class Starts {
    private final StdioBridge server;
    private final Measured answered = new Measured();
    private final Measured processor = new Measured();

    Starts(StdioBridge server) {
      this.server = server;
    }

    /**
     * @param counts not the first, which reads its files from the disk
     */
    void start(boolean counts) throws IOException {
      try (StdioBridge.Running running = server.start()) {
        running.initialize();
        double age = running.age();
        double used = running.processorTime();
        if (counts) {
          answered.add(age);
          processor.add(used);
        }
      }
    }
  }

  public static void main(String[] args) throws IOException {
    int runs = Math.max(FEWEST_RUNS, Arguments.parse(args).runs());
    Path home = Files.createTempDirectory("latchstring-benchmark-");
    StdioBridge plain = server("plain", home);
    StdioBridge kit = server("kit", home);
    calls(plain, server("logged-in", home));
    Starts without = new Starts(plain);
    Starts with = new Starts(kit);
    for (int i = 0; i <= runs; i++) {
      // Who comes second finds the processor warm, or busy: each is second every other time.
      if (i % 2 == 0) {
        without.start(i > 0);
        with.start(i > 0);
      } else {
        with.start(true);
        without.start(true);
      }
    }
    System.out.printf("without the kit: first answer, %s%n", without.answered);
    System.out.printf("with the kit: first answer, %s%n", with.answered);
    System.out.printf(
        "processor time until then: %.0f ms without, %.0f ms with, ratio %.2f%n",
        without.processor.median(),
        with.processor.median(),
        with.processor.median() / without.processor.median());
    System.out.printf(
        "ratio of the first answers, with to without: %.2f%n",
        with.answered.median() / without.answered.median());
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
