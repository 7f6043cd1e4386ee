package dev.latchstring.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens per second for client_credentials with ES256 JWTs through the whole server, and the time
 * from its start to its first token; with {@code --peer} the same of another server.
 */
public final class ServeBenchmark {
  private final Arguments arguments;

  private ServeBenchmark(Arguments arguments) {
    this.arguments = arguments;
  }

  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    new ServeBenchmark(Arguments.parse(args)).run();
  }

  private void run() throws IOException, SQLException, InterruptedException {
    List<Program> programs = new ArrayList<>(List.of(new LatchServe(arguments.latch())));
    if (arguments.peers() != null) {
      programs.add(new OidcProvider(arguments.peers()));
    }
    List<Double> rates = new ArrayList<>();
    for (Program program : programs) {
      rates.add(measure(program));
    }
    if (rates.size() > 1) {
      System.out.printf("ratio: %.1f%n", rates.getFirst() / rates.getLast());
    }
  }

  private double measure(Program program) throws IOException, SQLException, InterruptedException {
    Measured starts = new Measured();
    for (int i = 0; i < arguments.runs(); i++) {
      try (Program.Running server = program.start()) {
        starts.add(server.toFirstToken());
      }
    }
    System.out.printf("%s: start to first token, %s%n", program.name(), starts);
    try (Program.Running server = program.start()) {
      Load load = arguments.own() ? new OwnLoad() : Wrk.orElse(new OwnLoad());
      load.run(server.port(), arguments.connections(), arguments.warmup());
      boolean ours = program instanceof LatchServe;
      long before = ours ? LatchServe.rows(server) : 0;
      Load.Result result = load.run(server.port(), arguments.connections(), arguments.seconds());
      System.out.printf(
          "%s: %,.0f tokens/s, p50 %.2f ms, p99 %.2f ms, %d errors"
              + " (%s, %d connections, %d s after %d s of warm-up)%n",
          program.name(),
          result.perSecond(),
          result.p50Millis(),
          result.p99Millis(),
          result.errors(),
          load.name(),
          arguments.connections(),
          arguments.seconds(),
          arguments.warmup());
      if (ours) {
        System.out.printf(
            "%s: %d rows written meanwhile%n", program.name(), LatchServe.rows(server) - before);
      }
      return result.perSecond();
    }
  }
}
