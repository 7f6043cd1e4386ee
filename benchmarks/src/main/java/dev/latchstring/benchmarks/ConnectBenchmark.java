package dev.latchstring.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code latch connect} costs its host, at a server that takes one token, which is stored
 * beforehand: from the start of the process to the answer to {@code initialize}, and to the
 * server's own list of tools; what a call takes longer than without it; calls per second; memory.
 * With {@code --peer} the same of mcp-remote, turn by turn.
 */
public final class ConnectBenchmark {
  private static final int CALLS = 2000;
  private static final int AT_ONCE = 16;

  private ConnectBenchmark() {}

  /** One program's figures. */
  private static final class Figures {
    private final StdioBridge bridge;
    private final Measured firstAnswer = new Measured();
    private final Measured tools = new Measured();
    private double call;
    private double perSecond;
    private @Nullable Double megabytes;

    Figures(StdioBridge bridge) {
      this.bridge = bridge;
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = Arguments.parse(args);
    try (TokenServer server = TokenServer.start()) {
      List<Figures> all = new ArrayList<>();
      all.add(new Figures(StdioBridge.ours(arguments.latch(), server.url())));
      if (arguments.peers() != null) {
        all.add(new Figures(StdioBridge.mcpRemote(arguments.peers(), server.url())));
      }
      for (int i = 0; i <= arguments.runs(); i++) {
        for (Figures figures : all) {
          // The first of each reads its files from the disk and does not count.
          start(figures, server, i > 0);
        }
      }
      double direct = direct(server.url());
      for (Figures figures : all) {
        load(figures, server, arguments.seconds());
        print(figures, direct);
      }
      if (all.size() == 2) {
        ratios(all.getFirst(), all.getLast(), direct);
      }
    }
  }

  private static void start(Figures figures, TokenServer server, boolean counts)
      throws IOException {
    try (StdioBridge.Running running = figures.bridge.start()) {
      running.initialize();
      double answered = running.age();
      running.list(server);
      double listed = running.age();
      if (counts) {
        figures.firstAnswer.add(answered);
        figures.tools.add(listed);
      }
    }
  }

  private static void load(Figures figures, TokenServer server, int seconds) throws IOException {
    try (StdioBridge.Running running = figures.bridge.start()) {
      running.initialize();
      running.list(server);
      for (int i = 0; i < CALLS; i++) {
        running.call(i);
        running.answer();
      }
      Measured calls = new Measured();
      List<Double> took = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        long before = System.nanoTime();
        running.call(i);
        running.answer();
        took.add((System.nanoTime() - before) / 1e6);
      }
      took.forEach(calls::add);
      figures.call = calls.median();
      figures.perSecond = throughput(running, seconds);
      figures.megabytes = running.residentMegabytes();
    }
  }

  private static double throughput(StdioBridge.Running running, int seconds) throws IOException {
    for (int i = 0; i < AT_ONCE; i++) {
      running.call(i);
    }
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    int answered = 0;
    while (System.nanoTime() < end) {
      running.answer();
      answered++;
      running.call(AT_ONCE + answered);
    }
    double took = (System.nanoTime() - start) / 1e9;
    for (int i = 0; i < AT_ONCE; i++) {
      running.answer();
    }
    return answered / took;
  }

  /** What a call takes with nothing between. */
  private static double direct(URI url) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .header("Authorization", "Bearer " + TokenServer.TOKEN)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(StdioBridge.callLine(1)))
              .build();
      List<Double> took = new ArrayList<>();
      for (int i = 0; i < 2 * CALLS; i++) {
        long before = System.nanoTime();
        http.send(request, BodyHandlers.ofByteArray());
        if (i >= CALLS) {
          took.add((System.nanoTime() - before) / 1e6);
        }
      }
      took.sort(null);
      return took.get(took.size() / 2);
    }
  }

  private static void print(Figures figures, double direct) {
    String name = figures.bridge.name();
    System.out.printf("%s: first answer, %s%n", name, figures.firstAnswer);
    System.out.printf("%s: the server's tools, %s%n", name, figures.tools);
    System.out.printf(
        "%s: a call, median %.2f ms, %.2f ms more than without it%n",
        name, figures.call, figures.call - direct);
    System.out.printf("%s: %,.0f calls/s with %d at once%n", name, figures.perSecond, AT_ONCE);
    if (figures.megabytes != null) {
      System.out.printf("%s: %.0f MiB resident afterwards%n", name, figures.megabytes);
    }
  }

  private static void ratios(Figures ours, Figures theirs, double direct) {
    System.out.printf(
        "ratio of ours to theirs: first answer %.2f, tools %.2f, added to a call %.2f, calls/s"
            + " %.2f",
        ours.firstAnswer.median() / theirs.firstAnswer.median(),
        ours.tools.median() / theirs.tools.median(),
        (ours.call - direct) / (theirs.call - direct),
        ours.perSecond / theirs.perSecond);
    if (ours.megabytes != null && theirs.megabytes != null) {
      System.out.printf(", memory %.2f", ours.megabytes / theirs.megabytes);
    }
    System.out.println();
  }
}
