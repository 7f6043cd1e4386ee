package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The table, as Markdown. The first column is ours; a figure with an error in it does not count.
 */
final class Report {
  private final Map<String, String> descriptions = new LinkedHashMap<>();
  private final Map<String, Map<Row, Optional<Wrk.Outcome>>> columns = new LinkedHashMap<>();

  void column(Contestant contestant) {
    descriptions.put(contestant.name(), contestant.description());
    columns.computeIfAbsent(contestant.name(), name -> new EnumMap<>(Row.class));
  }

  /**
   * @param outcome empty where the contestant could not be driven
   */
  void add(Contestant contestant, Row row, Optional<Wrk.Outcome> outcome) {
    cells(contestant).put(row, outcome);
  }

  private Map<Row, Optional<Wrk.Outcome>> cells(Contestant contestant) {
    return columns.computeIfAbsent(contestant.name(), name -> new EnumMap<>(Row.class));
  }

  String markdown(Options options) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# Throughput, endpoint by endpoint\n\n")
        .append("Written by `benchmarks/run endpoints")
        .append(options.peers() == null ? "" : " --peers")
        .append(" --seconds ")
        .append(options.seconds())
        .append("` on ")
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(": all servers on the same machine (")
        .append(machine())
        .append(", with the generator on it), wrk with ")
        .append(options.connections())
        .append(" connections, ")
        .append(options.rounds())
        .append(" times ")
        .append(options.seconds())
        .append(" seconds after ")
        .append(options.warmup())
        .append(
            " of warm-up, one server after the other each time; the median of the rounds. What is compared with what is in [README.md](README.md).\n\n");
    descriptions.forEach((name, description) ->
        text.append("- **").append(name).append("**: ").append(description).append(".\n"));
    text.append(
        "\nRequests per second, with the median and the 99th percentile in milliseconds.\n\n");
    text.append("| endpoint |");
    columns.keySet().forEach(name -> text.append(' ').append(name).append(" |"));
    text.append(" ours / best peer |\n|---|").append("---|".repeat(columns.size() + 1));
    for (Row row : Row.values()) {
      text.append("\n| ").append(row.title()).append(" |");
      columns.values().forEach(cells -> text.append(' ').append(cell(cells, row)).append(" |"));
      text.append(' ').append(ratio(row)).append(" |");
    }
    return text.append('\n').toString();
  }

  private static String cell(Map<Row, Optional<Wrk.Outcome>> cells, Row row) {
    Optional<Wrk.Outcome> outcome = cells.get(row);
    if (outcome == null) {
      return "–";
    }
    return outcome
        .map(o ->
            o.errors() > 0
                ? "does not count, " + o.errors() + " errors"
                : String.format("%,.0f (%.2f, %.1f)", o.perSecond(), o.p50Millis(), o.p99Millis()))
        .orElse("could not be driven");
  }

  private String ratio(Row row) {
    var rates =
        columns.values().stream()
            .map(cells -> cells.getOrDefault(row, Optional.empty()))
            .map(o -> o.filter(p -> p.errors() == 0).map(Wrk.Outcome::perSecond).orElse(0.0))
            .collect(Collectors.toList());
    double best = rates.stream().skip(1).mapToDouble(Double::doubleValue).max().orElse(0);
    return best > 0 ? String.format("%.1f", rates.getFirst() / best) : "–";
  }

  private static String machine() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    String model =
        Files.isReadable(cpus)
            ? Files.readAllLines(cpus).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("")
            : "";
    return Runtime.getRuntime().availableProcessors()
        + " cores"
        + (model.isEmpty() ? "" : " of " + model)
        + ", Java "
        + Runtime.version().feature();
  }
}
