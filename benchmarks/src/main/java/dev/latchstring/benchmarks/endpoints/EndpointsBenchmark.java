package dev.latchstring.benchmarks.endpoints;

import dev.latchstring.benchmarks.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Measures every endpoint of {@code latch serve} and of its peers, and writes the table. All of
 * them run at once, and each row is measured at one after the other, several rounds: what else the
 * machine does meets all of them alike.
 */
public final class EndpointsBenchmark {
  /** How many times longer a server is warmed up before its first row. */
  private static final double FIRST_WARMUP = 2;

  private final Options options;
  private final Report report = new Report();

  private EndpointsBenchmark(Options options) {
    this.options = options;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    new EndpointsBenchmark(Options.parse(args)).run();
  }

  private void run() throws IOException, InterruptedException {
    List<Server> servers = new ArrayList<>();
    try {
      for (Contestant contestant : contestants()) {
        if (options.includes(contestant) && !rows(contestant).isEmpty()) {
          report.column(contestant);
          servers.add(started(contestant));
        }
      }
      for (Row row : options.rows()) {
        measure(row, servers);
      }
    } finally {
      servers.forEach(Server::close);
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

  private Set<Row> rows(Contestant contestant) {
    Set<Row> rows = EnumSet.copyOf(contestant.rows());
    rows.retainAll(options.rows());
    return rows;
  }

  private Server started(Contestant contestant) throws IOException, InterruptedException {
    System.out.println("starting " + contestant.name());
    Server server = Server.start(contestant, options.connections());
    Traffic traffic = new Rows(server, options.seconds()).traffic(Row.CLIENT_CREDENTIALS, 0);
    server.wrk().send(traffic, options.warmup() * FIRST_WARMUP);
    return server;
  }

  private void measure(Row row, List<Server> servers) throws InterruptedException {
    List<Trial> trials =
        servers.stream()
            .filter(server -> rows(server.contestant()).contains(row))
            .map(server -> new Trial(server, row, options))
            .toList();
    for (Trial trial : trials) {
      trial.warmUp();
    }
    for (int round = 0; round < options.rounds(); round++) {
      for (Trial trial : trials) {
        trial.measure();
      }
    }
    trials.forEach(trial -> report.add(trial.contestant(), row, trial.outcome()));
  }
}
