package dev.latchstring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.oauth.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that leads from stdio to an MCP server over HTTP, with a token for it that was stored
 * beforehand.
 *
 * @param home where it keeps what it keeps
 */
record StdioBridge(String name, List<String> command, Path home) {
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"benchmark","version":"1"}}}
      """;

  /** {@code latch connect}. */
  static StdioBridge ours(Path latch, URI server) throws IOException {
    Path home = Files.createTempDirectory("latchstring-benchmark-");
    Map<String, String> variables = Map.of("LATCH_HOME", home.toString());
    long now = System.currentTimeMillis() / 1000;
    StoredLogin login =
        StoredLogin.at(server.toString(), "default")
            .issuer("http://127.0.0.1:1")
            .tokenEndpoint("http://127.0.0.1:1/token")
            .clientId("somebody")
            .subject("somebody")
            .name("somebody")
            .accessToken(TokenServer.TOKEN)
            .expiresAt(now + 86_400)
            .obtainedAt(now)
            .loggedInAt(now)
            .build();
    String os = System.getProperty("os.name");
    TokenStores.open(
            UserDirectories.of(variables, os, home.toString()),
            variables,
            os,
            new SecureRandom(),
            note -> {})
        .put(login.slot(), login);
    return new StdioBridge(
        "latch connect", List.of(latch.toString(), "connect", server.toString()), home);
  }

  /** mcp-remote of npm, which keeps tokens in files by the hash of the address. */
  static StdioBridge mcpRemote(Path peers, URI server) throws IOException {
    Path home = Files.createTempDirectory("latchstring-benchmark-");
    Path kept = Files.createDirectories(home.resolve("mcp-remote-v1"));
    Files.writeString(
        kept.resolve(md5(server.toString()) + "_tokens.json"),
        Json.write(
            Map.of(
                "access_token",
                TokenServer.TOKEN,
                "token_type",
                "Bearer",
                "expires_in",
                86_400,
                "expires_at",
                System.currentTimeMillis() + 86_400_000)));
    Path program = peers.resolve("node_modules/mcp-remote/dist/proxy.js");
    return new StdioBridge(
        "mcp-remote", List.of("node", program.toString(), server.toString(), "--allow-http"), home);
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Running start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LATCH_HOME", home.toString());
    builder.environment().put("MCP_REMOTE_CONFIG_DIR", home.toString());
    long start = System.nanoTime();
    return new Running(name, start, builder.start());
  }

  /** One that runs. */
  static final class Running implements AutoCloseable {
    private final String name;
    private final long start;
    private final Process process;
    private final OutputStream in;
    private final BufferedReader out;

    private Running(String name, long start, Process process) {
      this.name = name;
      this.start = start;
      this.process = process;
      this.in = process.getOutputStream();
      this.out = process.inputReader(UTF_8);
    }

    /** Milliseconds since its start. */
    double age() {
      return (System.nanoTime() - start) / 1e6;
    }

    /** Milliseconds of processor time since its start; 0 where the system does not say. */
    double processorTime() {
      return process.info().totalCpuDuration().map(time -> time.toNanos() / 1e6).orElse(0.0);
    }

    void say(String line) throws IOException {
      in.write(line.strip().getBytes(UTF_8));
      in.write('\n');
      in.flush();
    }

    /** The next line with an answer in it. */
    String answer() throws IOException {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.contains("\"result\"") || line.contains("\"error\"")) {
          return line;
        }
      }
      throw new IllegalStateException(name + " ended");
    }

    /** Opens the session. */
    void initialize() throws IOException {
      say(INITIALIZE);
      require(answer(), "\"serverInfo\"");
    }

    /** Has the tools listed, by the server itself. */
    void list(TokenServer server) throws IOException {
      int before = server.lists();
      say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
      say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{}}");
      require(answer(), "\"echo\"");
      if (server.lists() == before) {
        throw new IllegalStateException(name + " did not ask the server");
      }
    }

    void call(int id) throws IOException {
      say(callLine(id));
    }

    private void require(String answer, String part) {
      if (!answer.contains(part)) {
        throw new IllegalStateException(name + " answered: " + answer);
      }
    }

    /** What it takes of the machine's memory now, in MiB; null where the system does not say. */
    @Nullable Double residentMegabytes() throws IOException {
      Path status = Path.of("/proc/" + process.pid() + "/status");
      if (!Files.isReadable(status)) {
        return null;
      }
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(null);
    }

    @Override
    public void close() throws IOException {
      in.close();
      process.destroy();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A call of the server's tool. */
  static String callLine(int id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"hello\"}}}";
  }
}
