package dev.latchstring.benchmarks;

import java.nio.file.Path;

/** The command line of {@link ServeBenchmark}. */
record Arguments(int seconds, int warmup, int connections, int starts, boolean own, Path latch) {
  static Arguments parse(String[] args) {
    int seconds = 15;
    int warmup = 20;
    int connections = 32;
    int starts = 5;
    boolean own = false;
    Path latch = Path.of("latch").toAbsolutePath();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--own" -> own = true;
        case "--seconds" -> seconds = Integer.parseInt(args[++i]);
        case "--warmup" -> warmup = Integer.parseInt(args[++i]);
        case "--connections" -> connections = Integer.parseInt(args[++i]);
        case "--starts" -> starts = Integer.parseInt(args[++i]);
        case "--latch" -> latch = Path.of(args[++i]).toAbsolutePath();
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    return new Arguments(seconds, warmup, connections, starts, own, latch);
  }
}
