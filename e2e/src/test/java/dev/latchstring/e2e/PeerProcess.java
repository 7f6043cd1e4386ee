package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A peer's script that says what happens, one JSON object a line. What it writes to stderr is kept.
 */
final class PeerProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final String END = "the script ended";

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final StringBuffer transcript = new StringBuffer();

  private PeerProcess(Process process) {
    this.process = process;
  }

  static PeerProcess start(List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    PeerProcess peer = new PeerProcess(builder.start());
    Thread.ofVirtual().start(() -> peer.read(peer.process.inputReader(UTF_8), true));
    Thread.ofVirtual()
        .start(() ->
            peer.read(
                new BufferedReader(new InputStreamReader(peer.process.getErrorStream(), UTF_8)),
                false));
    return peer;
  }

  private void read(BufferedReader reader, boolean events) {
    try (reader) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        transcript.append(line).append('\n');
        if (events) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      transcript.append(e).append('\n');
    }
    if (events) {
      lines.add(END);
    }
  }

  /**
   * The next event of this name; others before it are passed over, but a failure is one here too.
   */
  JsonNode next(String event) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      JsonNode message = before(deadline, event);
      if (message == null) {
        throw new AssertionError("no event '" + event + "' (" + END + "):\n" + transcript);
      }
      if (message.path("event").asString().equals(event)) {
        return message;
      }
    }
  }

  /** The next event of whatever name, or null where the script has ended. */
  @Nullable JsonNode next() throws Exception {
    return before(System.nanoTime() + LIMIT.toNanos(), "any");
  }

  private @Nullable JsonNode before(long deadline, String event) throws Exception {
    String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (line == null) {
      throw new AssertionError("no event '" + event + "' (" + LIMIT + "):\n" + transcript);
    }
    if (line.equals(END)) {
      return null;
    }
    JsonNode message = Json.readTree(line);
    if (message.path("event").asString().equals("failed")) {
      throw new AssertionError("the peer disagrees:\n" + transcript);
    }
    return message;
  }

  /** Tells the script that something happened. */
  void tell(String event) throws IOException {
    process.outputWriter(UTF_8).append("{\"event\":\"" + event + "\"}\n").flush();
  }

  /** The same, with something to go by. */
  void tell(String event, String member, String value) throws IOException {
    process
        .outputWriter(UTF_8)
        .append(Json.write(Map.of("event", event, member, value)) + "\n")
        .flush();
  }

  /** Waits until the script has ended well. */
  void finish() throws Exception {
    next("done");
    if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("the script did not end well:\n" + transcript);
    }
  }

  /** Everything that was written, both streams. */
  String transcript() {
    return transcript.toString();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
