package dev.latchstring.benchmarks.endpoints;

import dev.latchstring.benchmarks.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures every endpoint of {@code latch serve} and of its peers, one server after the other, and
 * writes the table.
 */
public final class EndpointsBenchmark {
  /** The least and the most requests of those that can be sent once only. */
  private static final int FEWEST = 2_000;

  private static final int MOST = 100_000;

  /** How many times longer a server is warmed up before its first row. */
  private static final double FIRST_WARMUP = 2;

  /** What a first guess assumes. */
  private static final int PER_SECOND = 6_000;

  private final Options options;
  private final Report report = new Report();

  private EndpointsBenchmark(Options options) {
    this.options = options;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    new EndpointsBenchmark(Options.parse(args)).run();
  }

  private void run() throws IOException, InterruptedException {
    for (Contestant contestant : contestants()) {
      if (options.includes(contestant)) {
        report.column(contestant);
        measure(contestant);
      }
    }
    Path results = options.results();
    if (results != null) {
      Results.write(results, report.markdown(options));
    }
  }

  private List<Contestant> contestants() {
    List<Contestant> all = new ArrayList<>();
    all.add(new Latch(options.latch()));
    Path peers = options.peers();
    if (peers != null) {
      Path home = Path.of(System.getProperty("java.home"));
      all.add(new OidcProvider(peers, Runtime.getRuntime().availableProcessors()));
      all.add(new OidcProvider(peers, 1));
      all.add(new Spring(home.resolve("bin/java"), peers));
      all.add(
          new Keycloak(
              home, peers.resolve("keycloak-dist"), peers.resolve("keycloak/bench-realm.json")));
    }
    return all;
  }

  private void measure(Contestant contestant) throws IOException, InterruptedException {
    List<Row> rows =
        Stream.of(Row.values())
            .filter(options.rows()::contains)
            .filter(contestant.rows()::contains)
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    try (Server server = Server.start(contestant, options.connections())) {
      Traffic traffic = new Rows(server, options.seconds()).traffic(Row.CLIENT_CREDENTIALS, 0);
      server.wrk().send(traffic, options.warmup() * FIRST_WARMUP);
      for (Row row : rows) {
        measure(server, row);
      }
    } catch (IOException e) {
      System.out.printf("%-28s failed: %s%n", contestant.name(), e);
    }
  }

  private void measure(Server server, Row row) throws IOException, InterruptedException {
    try {
      Rows rows = new Rows(server, options.seconds());
      Traffic first = rows.traffic(row, bounded(PER_SECOND * (double) options.warmup()));
      Wrk.Outcome warm = server.wrk().send(first, options.warmup());
      Traffic traffic =
          first.same() ? first : rows.traffic(row, bounded(warm.perSecond() * options.seconds()));
      Duration before = server.processorTime();
      Wrk.Outcome outcome = server.wrk().send(traffic, options.seconds());
      double micros = server.processorTime().minus(before).toNanos() / 1e3 / outcome.requests();
      System.out.printf(
          "%-28s %-22s %,9.0f/s  p50 %7.2f ms  p99 %7.2f ms  %5.0f µs of processor each  %d errors"
              + " %s%n",
          server.contestant().name(),
          row,
          outcome.perSecond(),
          outcome.p50Millis(),
          outcome.p99Millis(),
          micros,
          outcome.errors(),
          outcome.sample());
      report.add(server.contestant(), row, outcome);
    } catch (IOException | IllegalStateException e) {
      System.out.printf("%-28s %-22s failed: %s%n", server.contestant().name(), row, e);
      report.failed(server.contestant(), row);
    }
  }

  /** A little more than is needed, so that the time ends a run and not the want of something. */
  private static int bounded(double wanted) {
    return (int) Math.clamp(wanted * 1.25, FEWEST, MOST);
  }
}
