package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One row at one server: warmed up once, measured in each round, and the median is what counts. */
final class Trial {
  /** The least and the most requests of those that can be sent once only. */
  private static final int FEWEST = 2_000;

  private static final int MOST = 100_000;

  /** What a first guess assumes. */
  private static final int PER_SECOND = 6_000;

  private final Server server;
  private final Row row;
  private final Options options;
  private final Rows rows;
  private final List<Wrk.Outcome> outcomes = new ArrayList<>();
  private double perSecond = PER_SECOND;

  /** What is sent again as it is; null where each request is good once. */
  private @Nullable Traffic again;

  private boolean failed;

  Trial(Server server, Row row, Options options) {
    this.server = server;
    this.row = row;
    this.options = options;
    this.rows = new Rows(server, options.seconds());
  }

  Contestant contestant() {
    return server.contestant();
  }

  void warmUp() throws InterruptedException {
    send(options.warmup(), false);
  }

  void measure() throws InterruptedException {
    if (!failed) {
      send(options.seconds(), true);
    }
  }

  /** What the requests need is made before the time runs. */
  private void send(int seconds, boolean counts) throws InterruptedException {
    try {
      Traffic traffic = again == null ? rows.traffic(row, wanted(seconds)) : again;
      again = traffic.same() ? traffic : null;
      Duration before = server.processorTime();
      Wrk.Outcome outcome = server.wrk().send(traffic, seconds);
      Duration processor = server.processorTime().minus(before);
      perSecond = outcome.perSecond();
      if (counts) {
        outcomes.add(outcome);
        print(outcome, processor);
      }
    } catch (IOException | IllegalStateException e) {
      System.out.printf("%-28s %-22s failed: %s%n", contestant().name(), row, e);
      failed = true;
    }
  }

  private void print(Wrk.Outcome outcome, Duration processor) {
    System.out.printf(
        "%-28s %-22s %,9.0f/s  p50 %7.2f ms  p99 %7.2f ms  %5.0f µs of processor each  %d errors"
            + " %s%n",
        contestant().name(),
        row,
        outcome.perSecond(),
        outcome.p50Millis(),
        outcome.p99Millis(),
        processor.toNanos() / 1e3 / outcome.requests(),
        outcome.errors(),
        outcome.sample());
  }

  /** A little more than is needed, so that the time ends a run and not the want of something. */
  private int wanted(int seconds) {
    return (int) Math.clamp(perSecond * seconds * 1.25, FEWEST, MOST);
  }

  /**
   * The round in the middle, by throughput; one with errors before all, for it is told; empty where
   * the server could not be driven.
   */
  Optional<Wrk.Outcome> outcome() {
    if (failed || outcomes.isEmpty()) {
      return Optional.empty();
    }
    List<Wrk.Outcome> sorted =
        outcomes.stream().sorted(Comparator.comparingDouble(Wrk.Outcome::perSecond)).toList();
    return sorted.stream()
        .filter(outcome -> outcome.errors() > 0)
        .findFirst()
        .or(() -> Optional.of(sorted.get(sorted.size() / 2)));
  }
}
