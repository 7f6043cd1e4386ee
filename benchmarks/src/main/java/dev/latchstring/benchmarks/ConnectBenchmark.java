package dev.latchstring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The cold start of {@code latch connect}: from the start of its process to its answer to {@code
 * initialize}; with {@code --peer} the same of mcp-remote, turn by turn, at the same server.
 */
public final class ConnectBenchmark {
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"benchmark","version":"1"}}}
      """;

  private ConnectBenchmark() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = Arguments.parse(args);
    Path home = Files.createTempDirectory("latchstring-benchmark-");
    try (OpenServer server = OpenServer.start()) {
      List<String> ours = List.of(arguments.latch().toString(), "connect", server.url());
      List<String> peer = arguments.peers() == null ? null : remote(arguments.peers(), server);
      Measured our = new Measured();
      Measured theirs = new Measured();
      // The first of each reads its files from the disk and does not count.
      toFirstAnswer(ours, home);
      if (peer != null) {
        toFirstAnswer(peer, home);
      }
      for (int i = 0; i < arguments.runs(); i++) {
        our.add(toFirstAnswer(ours, home));
        if (peer != null) {
          theirs.add(toFirstAnswer(peer, home));
        }
      }
      System.out.printf("latch connect: first answer, %s%n", our);
      if (peer != null) {
        System.out.printf("mcp-remote: first answer, %s%n", theirs);
        System.out.printf("ratio: %.1f%n", theirs.median() / our.median());
      }
    }
  }

  private static List<String> remote(Path peers, OpenServer server) {
    Path program = peers.resolve("node_modules/mcp-remote/dist/proxy.js");
    return List.of("node", program.toString(), server.url(), "--allow-http");
  }

  private static double toFirstAnswer(List<String> command, Path home)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LATCH_HOME", home.toString());
    builder.environment().put("MCP_REMOTE_CONFIG_DIR", home.toString());
    long start = System.nanoTime();
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream();
        BufferedReader out = process.inputReader(UTF_8)) {
      in.write(INITIALIZE.getBytes(UTF_8));
      in.flush();
      String answer = out.readLine();
      double millis = (System.nanoTime() - start) / 1e6;
      if (answer == null || !answer.contains("\"serverInfo\"")) {
        throw new IllegalStateException(command + " answered: " + answer);
      }
      return millis;
    } finally {
      process.destroy();
      process.waitFor();
    }
  }
}
