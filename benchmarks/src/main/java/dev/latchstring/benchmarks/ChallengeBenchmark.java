package dev.latchstring.benchmarks;

import dev.latchstring.benchmarks.ChallengeLoad.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/**
 * Logins by challenge, by what somebody knows and by password, and what part of the processor's
 * time password hashing takes: the two differ in nothing else.
 */
public final class ChallengeBenchmark {
  private final Arguments arguments;

  private ChallengeBenchmark(Arguments arguments) {
    this.arguments = arguments;
  }

  /**
   * A row of the table.
   *
   * @param processorMillis what the server used of the processor for a login
   */
  private record Row(String title, Outcome outcome, double processorMillis) {
    String markdown() {
      return "| %s | %,.0f | %,.0f | %.1f | %.1f | %.1f | %.1f | %.2f ms |\n"
          .formatted(
              title,
              outcome.stepsPerSecond(),
              outcome.logins() / outcome.seconds(),
              Outcome.percentile(outcome.millis(), 50),
              Outcome.percentile(outcome.millis(), 99),
              Outcome.percentile(outcome.provingMillis(), 50),
              Outcome.percentile(outcome.provingMillis(), 99),
              processorMillis);
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    new ChallengeBenchmark(Arguments.parse(args)).run();
  }

  private void run() throws IOException, InterruptedException {
    Program program = new ChallengeServe(arguments.latch(), arguments.connections());
    try (Program.Running server = program.start()) {
      Row knowledge = measure(server, "what is known", "knowledge");
      Row password = measure(server, "password", "password");
      double share = 1 - knowledge.processorMillis() / password.processorMillis();
      String text =
          """
          # Logins by challenge

          Written by `benchmarks/run challenge --seconds %d --warmup %d --connections %d` on %s (%d cores, with the generator on them, Java %d): `latch serve` on SQLite in a file, every commit on the device. A login is three
          requests: one that begins, a user name, and a proof: four digits, compared as keyed hashes, or a password (Argon2id, 19 MiB, two passes). No DPoP, so that the generator signs nothing.

          | proof | steps/s | logins/s | p50 ms | p99 ms | p50 ms of the proof | p99 ms of the proof | processor for a login |
          |---|---|---|---|---|---|---|---|
          %s%s
          Password hashing takes %.0f %% of the server's processor time in logins by password: the difference between the rows.
          """
              .formatted(
                  arguments.seconds(),
                  arguments.warmup(),
                  arguments.connections(),
                  LocalDate.now(ZoneOffset.UTC),
                  Runtime.getRuntime().availableProcessors(),
                  Runtime.version().feature(),
                  knowledge.markdown(),
                  password.markdown(),
                  share * 100);
      System.out.print(text);
      Path results = arguments.results();
      if (results != null) {
        Results.write(results, text);
      }
    }
  }

  private Row measure(Program.Running server, String title, String acr)
      throws IOException, InterruptedException {
    ChallengeLoad load = new ChallengeLoad(server.port(), acr);
    load.run(arguments.connections(), arguments.warmup());
    Duration before = processorTime(server.process());
    Outcome outcome = load.run(arguments.connections(), arguments.seconds());
    Duration used = processorTime(server.process()).minus(before);
    return new Row(title, outcome, used.toNanos() / 1e6 / outcome.logins());
  }

  private static Duration processorTime(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
