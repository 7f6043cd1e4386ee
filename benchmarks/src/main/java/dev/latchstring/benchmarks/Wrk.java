package dev.latchstring.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** wrk 4 (https://github.com/wg/wrk), which Debian packages. */
final class Wrk implements Load {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  private Wrk() {}

  static Load orElse(Load other) {
    try {
      new ProcessBuilder("wrk", "--version").start().waitFor();
      return new Wrk();
    } catch (IOException e) {
      return other;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return other;
    }
  }

  @Override
  public String name() {
    return "wrk";
  }

  @Override
  public Result run(int port, int connections, int seconds)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("latchstring-", ".lua");
    Files.writeString(
        script,
        """
        wrk.method = "POST"
        wrk.body = "%s"
        wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
        wrk.headers["Authorization"] = "%s"
        """
            .formatted(Request.BODY, Request.AUTHORIZATION));
    Process wrk =
        new ProcessBuilder(
                "wrk",
                "-t2",
                "-c" + connections,
                "-d" + seconds + "s",
                "--latency",
                "-s",
                script.toString(),
                "http://localhost:" + port + "/token")
            .redirectErrorStream(true)
            .start();
    String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (wrk.waitFor() != 0) {
      throw new IOException("wrk failed: " + output);
    }
    Files.delete(script);
    Matcher errors = ERRORS.matcher(output);
    return new Result(
        Double.parseDouble(find(RATE, output).group(1)),
        percentile(output, "50%"),
        percentile(output, "99%"),
        errors.find() ? Long.parseLong(errors.group(1)) : 0);
  }

  private static double percentile(String output, String which) {
    Matcher found = find(Pattern.compile(which + "\\s+([0-9.]+)(us|ms|s)"), output);
    double value = Double.parseDouble(found.group(1));
    return switch (found.group(2)) {
      case "us" -> value / 1000;
      case "ms" -> value;
      default -> value * 1000;
    };
  }

  private static Matcher find(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said something else: " + output);
    }
    return matcher;
  }
}
