package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.LatchClient;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.store.MemoryTokenStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An MCP host at the other end of a bridge in this process. */
public final class TestHost implements AutoCloseable {
  /** Makes the bridge between two streams. */
  public interface BridgeSource {
    Bridge between(LineReader in, OutputStream out);
  }

  private final OutputStream toBridge;
  private final InputStream fromBridge;
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final java.util.List<JsonNode> kept = new java.util.ArrayList<>();
  private final Thread bridge;
  private final LatchClient client;
  private int nextId;

  private TestHost(LatchClient client, BridgeSource source) throws IOException {
    this.client = client;
    // Real pipes: the streams of java.io watch the threads that write, and virtual ones come and
    // go.
    Pipe in = Pipe.open();
    Pipe back = Pipe.open();
    toBridge = Channels.newOutputStream(in.sink());
    fromBridge = Channels.newInputStream(back.source());
    OutputStream out = Channels.newOutputStream(back.sink());
    LineReader lines = new LineReader(Channels.newInputStream(in.source()), JsonRpc.MAX_MESSAGE);
    Bridge running = source.between(lines, out);
    bridge =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              running.run();
              try {
                out.close();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    Thread.ofPlatform().daemon().start(this::read);
  }

  /** At the end of a bridge that is closed before the client. */
  public static TestHost at(LatchClient client, BridgeSource source) throws IOException {
    return new TestHost(client, source);
  }

  static TestHost of(URI server, Path cache) throws IOException {
    return sending(Map.of(), server, cache);
  }

  /** A bridge whose requests all have these headers. */
  static TestHost sending(Map<String, String> headers, URI server, Path cache) throws IOException {
    return of(
        new Destination(server, headers, Network.ofThisProcess()),
        LoginWish.NONE,
        LatchClient.using(new MemoryTokenStore()).clientName("the bridge").build(),
        cache);
  }

  static TestHost of(URI server, LatchClient client, Path cache) throws IOException {
    return wishing(LoginWish.NONE, server, client, cache);
  }

  static TestHost wishing(LoginWish wish, URI server, LatchClient client, Path cache)
      throws IOException {
    return of(new Destination(server, Map.of(), Network.ofThisProcess()), wish, client, cache);
  }

  private static TestHost of(
      Destination destination, LoginWish wish, LatchClient client, Path cache) throws IOException {
    LastKnown lastKnown = new LastKnown(cache, destination.server().toString());
    return at(
        client,
        (in, out) ->
            new Bridge(
                destination,
                client.account(destination.server()),
                wish,
                in,
                out,
                lastKnown,
                new SecureRandom(),
                Clock.systemUTC()));
  }

  /** Opens a session. */
  public TestHost initialize(String version, String capabilities) throws Exception {
    JsonNode answer =
        call(
            "initialize",
            "{\"protocolVersion\":\"%s\",\"capabilities\":%s,\"clientInfo\":{\"name\":\"test-host\",\"version\":\"1\"}}"
                .formatted(version, capabilities));
    assertThat(answer.path("result").path("protocolVersion").asString()).isEqualTo(version);
    notify("notifications/initialized", "{}");
    return this;
  }

  public TestHost session(String capabilities) throws Exception {
    return initialize(Protocol.NEWEST_SESSION, capabilities);
  }

  /** The params of a stateless request. */
  public static String stateless(String members, String capabilities) {
    return "{%s\"_meta\":{\"%s\":\"%s\",\"%s\":%s,\"%s\":{\"name\":\"test-host\",\"version\":\"1\"},\"progressToken\":\"p\"}}"
        .formatted(
            members.isEmpty() ? "" : members + ",",
            Protocol.META_VERSION,
            Protocol.STATELESS,
            Protocol.META_CLIENT_CAPABILITIES,
            capabilities,
            Protocol.META_CLIENT_INFO);
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
    toBridge.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    toBridge.flush();
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
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
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

  /** Closes the host's end and waits until the bridge has gone. */
  public void hangUp() throws Exception {
    toBridge.close();
    bridge.join(20_000);
    assertThat(bridge.isAlive()).isFalse();
  }

  @Override
  public void close() throws Exception {
    toBridge.close();
    bridge.join(20_000);
    client.close();
  }

  public static String textOf(JsonNode response) {
    return response.path("result").path("content").path(0).path("text").asString("");
  }

  public static java.util.List<String> toolsOf(JsonNode response) {
    java.util.List<String> names = new java.util.ArrayList<>();
    response.path("result").path("tools").forEach(tool -> names.add(tool.path("name").asString()));
    return names;
  }

  private void read() {
    try {
      LineReader lines = new LineReader(fromBridge, JsonRpc.MAX_MESSAGE);
      for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
        JsonNode message = JsonRpc.parse(line.bytes());
        if (message instanceof ObjectNode || message != null) {
          received.add(message);
        }
      }
    } catch (IOException e) {
      // The pipe of a bridge that has gone.
    }
  }
}
