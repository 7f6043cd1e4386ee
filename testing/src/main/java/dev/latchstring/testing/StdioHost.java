package dev.latchstring.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An MCP host at the other end of a stdio server, which says exactly what it is told to say. */
public class StdioHost implements AutoCloseable {
  private static final String STATELESS = "2026-07-28";
  private static final long PATIENCE_SECONDS = 120;
  private static final JsonMapper JSON = JsonMapper.shared();

  /** A stdio server in this process, which serves until its input ends. */
  @FunctionalInterface
  public interface Server {
    void serve(InputStream in, OutputStream out) throws Exception;
  }

  private final OutputStream toServer;
  private final InputStream fromServer;
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final List<JsonNode> kept = new ArrayList<>();
  private final Thread server;
  private int nextId;

  /** Starts the server on a thread of its own. */
  public StdioHost(Server program) throws IOException {
    // Real pipes: the streams of java.io watch the threads that write, and virtual ones come and
    // go.
    Pipe in = Pipe.open();
    Pipe back = Pipe.open();
    toServer = Channels.newOutputStream(in.sink());
    fromServer = Channels.newInputStream(back.source());
    server =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try (OutputStream out = Channels.newOutputStream(back.sink())) {
                program.serve(Channels.newInputStream(in.source()), out);
              } catch (Exception e) {
                throw new IllegalStateException("the server failed", e);
              }
            });
    Thread.ofPlatform().daemon().start(this::read);
  }

  /** At the end of a process, which ends with its input. */
  public StdioHost(Process process) {
    toServer = process.getOutputStream();
    fromServer = process.getInputStream();
    server =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                process.waitFor();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Thread.ofPlatform().daemon().start(this::read);
  }

  /** Opens a session. */
  public StdioHost initialize(String version, String capabilities) throws Exception {
    JsonNode answer =
        call(
            "initialize",
            "{\"protocolVersion\":\"%s\",\"capabilities\":%s,\"clientInfo\":{\"name\":\"test-host\",\"version\":\"1\"}}"
                .formatted(version, capabilities));
    String spoken = answer.path("result").path("protocolVersion").asString("");
    if (!spoken.equals(version)) {
      throw new AssertionError("wanted " + version + ", got " + answer);
    }
    notify("notifications/initialized", "{}");
    return this;
  }

  /** The params of a stateless request. */
  public static String stateless(String members, String capabilities) {
    return "{%s\"_meta\":{\"%s\":\"%s\",\"%s\":%s,\"%s\":{\"name\":\"test-host\",\"version\":\"1\"},\"progressToken\":\"p\"}}"
        .formatted(
            members.isEmpty() ? "" : members + ",",
            "io.modelcontextprotocol/protocolVersion",
            STATELESS,
            "io.modelcontextprotocol/clientCapabilities",
            capabilities,
            "io.modelcontextprotocol/clientInfo");
  }

  public int send(String method, String params) throws IOException {
    int id = ++nextId;
    line(
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
            .formatted(id, method, params));
    return id;
  }

  public void notify(String method, String params) throws IOException {
    line("{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}".formatted(method, params));
  }

  public void answer(JsonNode question, String result) throws IOException {
    line("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(question.get("id"), result));
  }

  public void line(String text) throws IOException {
    toServer.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    toServer.flush();
  }

  /** Sends a request and waits for its response. */
  public JsonNode call(String method, String params) throws Exception {
    return response(send(method, params));
  }

  public JsonNode response(int id) throws Exception {
    return await("the response to " + id, m -> !m.has("method") && m.path("id").asInt(-1) == id);
  }

  public JsonNode told(String method) throws Exception {
    return await(method, m -> m.path("method").asString("").equals(method));
  }

  /** The first message that fits, of those not yet taken. */
  public JsonNode await(String what, Predicate<JsonNode> fits) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      synchronized (kept) {
        for (JsonNode message : kept) {
          if (fits.test(message)) {
            kept.remove(message);
            return message;
          }
        }
      }
      JsonNode next = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("waited in vain for " + what + "; there is " + kept);
      }
      synchronized (kept) {
        kept.add(next);
      }
    }
  }

  /** Whether something like that was received up to now. */
  public boolean has(Predicate<JsonNode> fits) {
    synchronized (kept) {
      received.drainTo(kept);
      return kept.stream().anyMatch(fits);
    }
  }

  /** Closes the host's end and waits until the server has gone. */
  public void hangUp() throws Exception {
    toServer.close();
    server.join(120_000);
    if (server.isAlive()) {
      throw new AssertionError("the server is still there");
    }
  }

  @Override
  public void close() throws IOException {
    toServer.close();
    try {
      server.join(120_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static String textOf(JsonNode response) {
    return response.path("result").path("content").path(0).path("text").asString("");
  }

  public static List<String> toolsOf(JsonNode response) {
    List<String> names = new ArrayList<>();
    response.path("result").path("tools").forEach(tool -> names.add(tool.path("name").asString()));
    return names;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fromServer, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        received.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      // The pipe of a server that has gone.
      return;
    }
  }
}
