package dev.latchstring.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The command line of the benchmarks.
 *
 * @param runs {@code --runs N} (7): how often a start is measured
 * @param seconds {@code --seconds N} (15): how long the load lasts
 * @param warmup {@code --warmup N} (20): how long it lasts before that
 * @param connections {@code --connections N} (32)
 * @param own {@code --own}: the generator written here, even where wrk is installed
 * @param latch {@code --latch PATH}: the launcher
 * @param peers {@code --peers DIRECTORY}: where the npm packages of peers are; null for no peer
 * @param results {@code --results FILE}: where the results are written; null for nowhere
 */
record Arguments(
    int runs,
    int seconds,
    int warmup,
    int connections,
    boolean own,
    Path latch,
    @Nullable Path peers,
    @Nullable Path results) {
  static Arguments parse(String[] args) {
    int runs = 7;
    int seconds = 15;
    int warmup = 20;
    int connections = 32;
    boolean own = false;
    Path latch = Path.of("latch").toAbsolutePath();
    Path peers = null;
    Path results = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--own" -> own = true;
        case "--runs" -> runs = Integer.parseInt(args[++i]);
        case "--seconds" -> seconds = Integer.parseInt(args[++i]);
        case "--warmup" -> warmup = Integer.parseInt(args[++i]);
        case "--connections" -> connections = Integer.parseInt(args[++i]);
        case "--latch" -> latch = Path.of(args[++i]).toAbsolutePath();
        case "--peers" -> peers = Path.of(args[++i]).toAbsolutePath();
        case "--results" -> results = Path.of(args[++i]).toAbsolutePath();
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    return new Arguments(runs, seconds, warmup, connections, own, latch, peers, results);
  }
}
