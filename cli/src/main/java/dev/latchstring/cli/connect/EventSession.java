package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.HttpsUri;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * MCP 2024-11-05, "HTTP with SSE": a session over the transport of then. One event stream brings
 * everything that the server says; each message to it is posted to the address that its first event
 * names.
 *
 * <p>That address has to be of the stream's own origin, because every message carries the token.
 * When the stream ends, the session has ended: what had been sent may have been carried out.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class EventSession implements ServerSession {
  /** How long the server may take to name the address. */
  private static final Duration NAMING = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(EventSession.class);

  private final UpstreamHttp http;
  private final Listener listener;
  private final UpstreamHttp.Reply stream;
  private final URI messages;
  private final Incoming incoming;
  private final Cancellation end = new Cancellation();
  private final Map<String, CompletableFuture<ObjectNode>> pending = new ConcurrentHashMap<>();
  private volatile boolean begun;
  private volatile ObjectNode description = JsonRpc.object();

  private EventSession(
      UpstreamHttp http, Listener listener, UpstreamHttp.Reply stream, URI messages) {
    this.http = http;
    this.listener = listener;
    this.stream = stream;
    this.messages = messages;
    this.incoming = new Incoming(listener, this::post);
  }

  /**
   * Opens the stream and the session; see {@link SessionUpstream#open} for what is thrown.
   *
   * @throws UpstreamRefusal where what answers is no such stream
   */
  static EventSession open(UpstreamHttp http, HostFace face, JsonNode id, Listener listener) {
    Cancellation limit = Cancellation.after(NAMING);
    UpstreamHttp.Reply stream = null;
    EventSession session = null;
    try {
      stream = http.get(Map.of(), limit);
      if (!stream.isSuccess() || !stream.isStream()) {
        throw UpstreamRefusal.read(stream);
      }
      EventStream events = new EventStream(stream.response().body(), null);
      byte[] first;
      try (var registration = limit.onCancel(stream::close)) {
        first = events.next();
      }
      if (first == null || !events.type().equals("endpoint")) {
        throw UpstreamRefusal.read(stream);
      }
      session = new EventSession(http, listener, stream, address(http.server(), first));
      session.begin(events, face, id);
      return session;
    } catch (IOException e) {
      LOG.debug("the stream of events could not be opened", e);
      throw UpstreamFault.error(
          http.server(), "the server broke off while the session was opened", "try again", false);
    } finally {
      if (stream != null && (session == null || !session.begun)) {
        stream.close();
      }
    }
  }

  /** The token goes to no other origin than the one that the user named. */
  private static URI address(URI server, byte[] data) {
    URI address = null;
    try {
      address = server.resolve(new String(data, StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException e) {
      LOG.debug("the address of the messages is none");
    }
    boolean usable =
        address != null
            && address.getHost() != null
            && address.getRawUserInfo() == null
            && address.getRawFragment() == null;
    if (address == null || !usable) {
      throw UpstreamFault.error(
          server,
          "the server names no address to send messages to",
          "tell its operator: the endpoint event of HTTP+SSE has to hold one",
          false);
    }
    if (!HttpsUri.origin(address).equals(HttpsUri.origin(server))) {
      throw UpstreamFault.error(
          server,
          "the server wants messages sent to another host, "
              + Quoted.plain(String.valueOf(address.getRawAuthority()), 100)
              + ", which is refused because they carry the token",
          "if both are the operator's, ask for one address",
          false);
    }
    return address;
  }

  private void begin(EventStream events, HostFace face, JsonNode id) {
    Thread.ofVirtual().name("server-events").start(() -> read(events));
    Call opening =
        new Call(
            "initialize",
            ServerSession.opening(face),
            face,
            Cancellation.after(UpstreamHttp.OPENING),
            listener.unrelated());
    try {
      description = exchange(opening, id, false);
    } catch (Gone | Upstream.BrokenOff e) {
      throw UpstreamFault.error(
          http.server(), "the server broke off while the session was opened", "try again", false);
    } catch (RpcError e) {
      throw e.code() == RpcError.ABANDONED
          ? UpstreamFault.error(
              http.server(), "the server did not answer initialize in time", "try again", false)
          : e;
    }
    if (!Protocol.SESSION_VERSIONS.contains(version())) {
      throw UpstreamFault.versions(http.server(), version());
    }
    begun = true;
    post(JsonRpc.notification("notifications/initialized", null));
  }

  @Override
  public String version() {
    String chosen = JsonRpc.textAt(description, "protocolVersion");
    return chosen == null ? "" : chosen;
  }

  @Override
  public ObjectNode description() {
    return description;
  }

  @Override
  public ObjectNode request(Call call, JsonNode id) {
    return exchange(call, id, true);
  }

  private ObjectNode exchange(Call call, JsonNode id, boolean cancellable) {
    CompletableFuture<ObjectNode> response = new CompletableFuture<>();
    pending.put(id.asString(), response);
    Cancellation cancellation = call.cancellation();
    try (var given = cancellation.onCancel(() -> response.cancel(false));
        var tell = cancellation.onCancel(() -> cancel(id, cancellable))) {
      if (end.isCancelled()) {
        throw new Gone(); // its stream ended before the request was sent
      }
      send(JsonRpc.request(id, call.method(), call.params()), cancellation);
      return ReplyReader.result(response.get());
    } catch (ExecutionException e) {
      throw new Upstream.BrokenOff();
    } catch (IOException e) {
      LOG.debug("{} broke off", call.method(), e);
      cancellation.check();
      throw new Upstream.BrokenOff();
    } catch (CancellationException e) {
      throw new RpcError(RpcError.ABANDONED, "the request was cancelled");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    } finally {
      pending.remove(id.asString());
    }
  }

  /** Posts a message; its answer, if it has one, comes by the stream. */
  private void send(ObjectNode message, Cancellation cancellation) throws IOException {
    try (UpstreamHttp.Reply reply =
        http.post(messages, JsonRpc.bytes(message), Map.of(), cancellation)) {
      if (reply.isSuccess()) {
        return;
      }
      UpstreamRefusal refusal = UpstreamRefusal.read(reply);
      if (begun && refusal.saysSessionIsGone()) {
        stream.close();
        throw new Gone();
      }
      throw refusal;
    }
  }

  @Override
  public void post(ObjectNode message) {
    try {
      send(message, end);
    } catch (IOException | RuntimeException e) {
      LOG.info("the server did not take a message: {}", e.toString());
    }
  }

  /** The stream is the session. */
  @Override
  public void keepStream() {}

  /** The stream cannot be taken up where it was; a message to a server that is there tells. */
  @Override
  public void wake() {
    Thread.ofVirtual()
        .start(() -> {
          try {
            JsonNode id = StringNode.valueOf("wake-" + System.nanoTime());
            HostFace face =
                new HostFace(false, version(), JsonRpc.object(), JsonRpc.object(), null);
            Cancellation limit = Cancellation.after(NAMING);
            exchange(
                new Call("ping", JsonRpc.object(), face, limit, listener.unrelated()), id, false);
          } catch (RuntimeException e) {
            LOG.info("the server's stream did not survive: {}", e.toString());
            stream.close();
          }
        });
  }

  @Override
  public void end() {
    abandon();
  }

  @Override
  public void abandon() {
    end.cancel();
    stream.close();
    incoming.abandon();
  }

  private void cancel(JsonNode id, boolean cancellable) {
    if (!cancellable) {
      return;
    }
    ObjectNode params = JsonRpc.object().put("reason", "the host cancelled the request");
    params.set("requestId", id);
    Thread.ofVirtual().start(() -> post(JsonRpc.notification("notifications/cancelled", params)));
  }

  private void read(EventStream events) {
    try {
      for (byte[] data = events.next(); data != null; data = events.next()) {
        if (events.type().equals(EventStream.MESSAGE)
            && JsonRpc.parse(data) instanceof ObjectNode message) {
          receive(message);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("the stream of events broke: {}", e.toString());
    }
    boolean expected = end.isCancelled();
    end.cancel();
    stream.close();
    pending.values().forEach(p -> p.completeExceptionally(new IOException("the stream ended")));
    if (begun && !expected) {
      incoming.abandon();
      listener.gone(this);
    }
  }

  private void receive(ObjectNode message) {
    if (message.has("method")) {
      incoming.receive(message, listener.unrelated());
      return;
    }
    JsonNode id = message.path("id");
    CompletableFuture<ObjectNode> response = pending.get(id.asString(""));
    if (response != null) {
      response.complete(message);
    }
  }
}
