package dev.latchstring.benchmarks.endpoints;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param rounds {@code --rounds N} (7): how many times each row is measured
 * @param seconds {@code --seconds N} (2): for how long each time
 * @param warmup {@code --warmup N} (6): how long it is warmed up before that, twice as long before
 *     the first
 * @param connections {@code --connections N} (32)
 * @param rows {@code --only A,B}: only rows with one of these in their name, such as {@code
 *     introspection_cold}
 * @param servers {@code --servers A,B}: only servers with one of these in their name
 * @param latch {@code --latch PATH}: the launcher
 * @param peers {@code --peers DIRECTORY}: where the peers are; null for none
 * @param results {@code --results FILE}: where the table is written; null for nowhere
 */
record Options(
    int rounds,
    int seconds,
    int warmup,
    int connections,
    Set<Row> rows,
    List<String> servers,
    Path latch,
    @Nullable Path peers,
    @Nullable Path results) {
  static Options parse(String[] args) {
    int rounds = 7;
    int seconds = 2;
    int warmup = 6;
    int connections = 32;
    Set<Row> rows = EnumSet.allOf(Row.class);
    List<String> servers = List.of("");
    Path latch = Path.of("latch").toAbsolutePath();
    Path peers = null;
    Path results = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--rounds" -> rounds = Integer.parseInt(args[++i]);
        case "--seconds" -> seconds = Integer.parseInt(args[++i]);
        case "--warmup" -> warmup = Integer.parseInt(args[++i]);
        case "--connections" -> connections = Integer.parseInt(args[++i]);
        case "--only" -> rows = rows(words(args[++i]));
        case "--servers" -> servers = words(args[++i]);
        case "--latch" -> latch = Path.of(args[++i]).toAbsolutePath();
        case "--peers" -> peers = Path.of(args[++i]).toAbsolutePath();
        case "--results" -> results = Path.of(args[++i]).toAbsolutePath();
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    return new Options(rounds, seconds, warmup, connections, rows, servers, latch, peers, results);
  }

  boolean includes(Contestant contestant) {
    String name = contestant.name().toLowerCase(Locale.ROOT);
    return servers.stream().anyMatch(name::contains);
  }

  private static List<String> words(String list) {
    return Arrays.asList(list.toLowerCase(Locale.ROOT).split(",", -1));
  }

  private static Set<Row> rows(List<String> names) {
    Set<Row> chosen = EnumSet.noneOf(Row.class);
    for (Row row : Row.values()) {
      if (names.stream().anyMatch(row.name().toLowerCase(Locale.ROOT)::contains)) {
        chosen.add(row);
      }
    }
    return chosen;
  }
}
