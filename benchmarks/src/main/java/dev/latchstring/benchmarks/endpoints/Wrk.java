package dev.latchstring.benchmarks.endpoints;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sends traffic with wrk 4 (https://github.com/wg/wrk), over one thread of its own. */
final class Wrk {
  private final Path directory;
  private final URI server;
  private final int connections;

  /**
   * @param directory for what wrk reads and writes
   */
  Wrk(Path directory, URI server, int connections) {
    this.directory = directory;
    this.server = server;
    this.connections = connections;
  }

  /**
   * @param wrong answers that were not the right one
   * @param broken connections that failed, and answers that did not come
   * @param sample one of the wrong answers
   */
  record Outcome(
      long requests,
      double seconds,
      double p50Millis,
      double p99Millis,
      long wrong,
      long broken,
      String sample) {
    double perSecond() {
      return requests / seconds;
    }

    long errors() {
      return wrong + broken;
    }
  }

  /** Sends it until the time is over, or each value was sent. */
  Outcome send(Traffic traffic, double seconds) throws IOException, InterruptedException {
    return run(traffic, seconds, 0, false);
  }

  /**
   * Sends it until so many answers are there, which it returns: each is a body, or an address that
   * the answer leads to.
   */
  List<String> collect(Traffic traffic, int count, double seconds)
      throws IOException, InterruptedException {
    Outcome outcome = run(traffic, seconds, count, true);
    if (outcome.wrong() > 0) {
      throw new IOException(traffic.path() + " answers " + outcome.sample());
    }
    List<String> answers = Files.readAllLines(directory.resolve("answers"), UTF_8);
    if (answers.isEmpty()) {
      throw new IOException(traffic.path() + " does not answer");
    }
    return answers;
  }

  private Outcome run(Traffic traffic, double seconds, int count, boolean collects)
      throws IOException, InterruptedException {
    if (!traffic.same()) {
      Files.write(directory.resolve("values"), traffic.values(), UTF_8);
    }
    Path script = directory.resolve("traffic.lua");
    try (InputStream lua = Wrk.class.getResourceAsStream("traffic.lua")) {
      String program = new String(java.util.Objects.requireNonNull(lua).readAllBytes(), UTF_8);
      Files.writeString(script, table(traffic, count, collects) + program);
    }
    Process wrk =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + Math.max(1, Math.round(seconds)) + "s",
                "--timeout",
                "20s",
                "-s",
                script.toString(),
                server.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(wrk.getInputStream().readAllBytes(), UTF_8);
    int status = wrk.waitFor();
    return output
        .lines()
        .filter(line -> line.startsWith("result "))
        .findFirst()
        .map(Wrk::outcome)
        .orElseThrow(() -> new IOException("wrk ended with " + status + ": " + output));
  }

  private static Outcome outcome(String line) {
    String[] words = line.split(" ", 8);
    return new Outcome(
        Long.parseLong(words[1]),
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]),
        words[7]);
  }

  private String table(Traffic traffic, int count, boolean collects) {
    boolean looks =
        collects || traffic.rotating() || traffic.status() != 200 || !traffic.contains().isEmpty();
    return "traffic = {\n"
        + ("  method = " + quoted(traffic.method()) + ",\n")
        + ("  path = " + around(traffic.path()) + ",\n")
        + ("  headers = {" + headers(traffic.headers()) + "},\n")
        + (traffic.body().isEmpty() ? "" : "  body = " + around(traffic.body()) + ",\n")
        + (traffic.same() ? "" : "  values = " + quoted(directory.resolve("values")) + ",\n")
        + ("  rotating = " + traffic.rotating() + ",\n")
        + ("  status = " + traffic.status() + ",\n")
        + (traffic.contains().isEmpty() ? "" : "  contains = " + quoted(traffic.contains()) + ",\n")
        + ("  looks = " + looks + ",\n")
        + ("  count = " + count + ",\n")
        + (collects ? "  collect = " + quoted(directory.resolve("answers")) + ",\n" : "")
        + "}\n";
  }

  private static String headers(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> "[" + quoted(header.getKey()) + "] = " + quoted(header.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String around(String text) {
    int at = text.indexOf(Traffic.VALUE);
    String before = at < 0 ? text : text.substring(0, at);
    String after = at < 0 ? "" : text.substring(at + Traffic.VALUE.length());
    return "{before = " + quoted(before) + ", after = " + quoted(after) + "}";
  }

  private static String quoted(Object text) {
    String escaped = text.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    return "\"" + escaped + "\"";
  }
}
