package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2025-11-25, "Session Management": one session with the server, from {@code initialize} to the
 * moment either side ends it.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class Session implements ServerSession {
  private static final int MAX_RECONNECTS = 5;
  private static final long MAX_WAIT_MILLIS = 30_000;
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final UpstreamHttp http;
  private final Listener listener;
  private final Map<String, String> headers;
  private final boolean named;
  private final String version;
  private final ObjectNode description;
  private final Cancellation end = new Cancellation();
  private final AtomicBoolean streaming = new AtomicBoolean();
  private final Incoming incoming;

  /** Close what can be taken up where it was. */
  private final Set<Runnable> resumable = ConcurrentHashMap.newKeySet();

  private Session(
      UpstreamHttp http, Listener listener, @Nullable String sessionId, ObjectNode result) {
    this.http = http;
    this.listener = listener;
    this.incoming = new Incoming(listener, this::post);
    this.description = result;
    this.named = sessionId != null;
    String chosen = JsonRpc.textAt(result, "protocolVersion");
    this.version = chosen == null ? "" : chosen;
    Map<String, String> fixed = new LinkedHashMap<>();
    fixed.put("MCP-Protocol-Version", version);
    if (sessionId != null) {
      fixed.put("MCP-Session-Id", sessionId);
    }
    this.headers = Map.copyOf(fixed);
  }

  /** MCP 2025-11-25, "Initialization"; see {@link SessionUpstream#open} for what is thrown. */
  static Session open(UpstreamHttp http, HostFace face, JsonNode id, Listener listener) {
    byte[] body = JsonRpc.bytes(JsonRpc.request(id, "initialize", ServerSession.opening(face)));
    Cancellation limit = Cancellation.after(UpstreamHttp.OPENING);
    try (UpstreamHttp.Reply reply = http.post(body, Map.of(), limit);
        var registration = limit.onCancel(reply::close)) {
      if (!reply.isSuccess()) {
        throw UpstreamRefusal.read(reply);
      }
      ReplyReader reader = new ReplyReader(http.server(), id, listener::notified);
      ObjectNode response =
          reply.isStream()
              ? reader.stream(new EventStream(reply.response().body(), null))
              : reader.document(reply);
      if (response == null) {
        throw UpstreamFault.brokenOff(http.server(), "initialize");
      }
      Session session = new Session(http, listener, sessionId(reply), ReplyReader.result(response));
      if (!Protocol.SESSION_VERSIONS.contains(session.version)) {
        throw UpstreamFault.versions(http.server(), session.version);
      }
      session.post(JsonRpc.notification("notifications/initialized", null));
      session.keepStream();
      return session;
    } catch (IOException e) {
      LOG.debug("initialize", e);
      throw UpstreamFault.error(
          http.server(), "the server broke off while the session was opened", "try again", false);
    }
  }

  /** Visible ASCII only, or it is no session id and could not be sent back. */
  private static @Nullable String sessionId(UpstreamHttp.Reply reply) {
    String id = reply.header("MCP-Session-Id");
    boolean usable =
        id != null
            && !id.isEmpty()
            && id.length() <= 4096
            && id.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    return usable ? id : null;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public ObjectNode description() {
    return description;
  }

  @Override
  public ObjectNode request(Call call, JsonNode id) {
    byte[] body = JsonRpc.bytes(JsonRpc.request(id, call.method(), call.params()));
    ReplyReader reader =
        new ReplyReader(
            http.server(), id, message -> incoming.receive(message, call.conversation()));
    // Registered before the request is sent: a server may begin its answer with the result.
    try (var tell = call.cancellation().onCancel(() -> cancel(id));
        UpstreamHttp.Reply reply = http.post(body, headers, call.cancellation());
        var close = call.cancellation().onCancel(reply::close)) {
      if (!reply.isSuccess()) {
        throw refusal(reply);
      }
      return ReplyReader.result(
          reply.isStream() ? follow(reply, reader, call) : reader.document(reply));
    } catch (IOException e) {
      LOG.debug("{} broke off", call.method(), e);
      call.cancellation().check();
      throw new Upstream.BrokenOff();
    }
  }

  @Override
  public void post(ObjectNode message) {
    try (UpstreamHttp.Reply reply = http.post(JsonRpc.bytes(message), headers, end)) {
      if (!reply.isSuccess()) {
        LOG.info("the server did not take a message: HTTP {}", reply.status());
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("the server did not take a message: {}", e.toString());
    }
  }

  @Override
  public void keepStream() {
    if (!end.isCancelled() && streaming.compareAndSet(false, true)) {
      Thread.ofVirtual().name("server-stream").start(this::stream);
    }
  }

  @Override
  public void wake() {
    resumable.forEach(Runnable::run);
  }

  @Override
  public void end() {
    abandon();
    if (named) {
      http.delete(headers);
    }
  }

  @Override
  public void abandon() {
    end.cancel();
    incoming.abandon();
  }

  private RuntimeException refusal(UpstreamHttp.Reply reply) {
    UpstreamRefusal refusal = UpstreamRefusal.read(reply);
    return named && refusal.saysSessionIsGone() ? new Gone() : refusal;
  }

  /** MCP 2025-11-25, "Cancellation": closing the stream would not be one. */
  private void cancel(JsonNode id) {
    ObjectNode params = JsonRpc.object().put("reason", "the host cancelled the request");
    params.set("requestId", id);
    Thread.ofVirtual().start(() -> post(JsonRpc.notification("notifications/cancelled", params)));
  }

  /** MCP 2025-11-25, "Resumability": goes on with a broken stream where the server gave ids. */
  private ObjectNode follow(UpstreamHttp.Reply first, ReplyReader reader, Call call)
      throws IOException {
    EventStream events = new EventStream(first.response().body(), null);
    ObjectNode response = readOn(events, reader, first);
    int failures = 0;
    while (response == null) {
      call.cancellation().check();
      String last = events.lastEventId();
      if (last == null || failures == MAX_RECONNECTS) {
        throw new Upstream.BrokenOff();
      }
      UpstreamHttp.pause(waitMillis(events, failures), call.cancellation());
      try (UpstreamHttp.Reply reply = resume(last, call.cancellation())) {
        if (!reply.isSuccess() || !reply.isStream()) {
          throw new Upstream.BrokenOff();
        }
        events = new EventStream(reply.response().body(), last);
        response = readOn(events, reader, reply);
        failures = last.equals(events.lastEventId()) ? failures + 1 : 0;
      } catch (IOException | RpcError e) {
        LOG.info("the stream could not be resumed: {}", e.toString());
        failures++;
      } catch (LoginRequired e) {
        // The request is at the server already; after a login it would be there twice.
        throw new Upstream.BrokenOff();
      }
    }
    return response;
  }

  private UpstreamHttp.Reply resume(String lastEventId, Cancellation cancellation)
      throws IOException {
    Map<String, String> resuming = new LinkedHashMap<>(headers);
    resuming.put("Last-Event-ID", lastEventId);
    return http.get(resuming, cancellation);
  }

  private @Nullable ObjectNode readOn(
      EventStream events, ReplyReader reader, UpstreamHttp.Reply reply) {
    Runnable resume =
        () -> {
          if (events.lastEventId() != null) {
            reply.close();
          }
        };
    resumable.add(resume);
    try {
      return reader.stream(events);
    } catch (IOException e) {
      LOG.info("the stream broke: {}", e.toString());
      return null;
    } finally {
      resumable.remove(resume);
    }
  }

  private static long waitMillis(EventStream events, int failures) {
    long said = events.retryMillis();
    return Math.min(said >= 0 ? said : 250L << Math.min(failures, 6), MAX_WAIT_MILLIS);
  }

  private void stream() {
    try {
      String last = null;
      for (int failures = 0; !end.isCancelled(); failures++) {
        EventStream events = null;
        try (UpstreamHttp.Reply reply = openStream(last)) {
          if (named && reply.status() == 404) {
            listener.gone(this);
            return;
          }
          if (!reply.isSuccess() || !reply.isStream()) {
            LOG.debug("the server offers no stream: HTTP {}", reply.status());
            return;
          }
          events = new EventStream(reply.response().body(), last);
          Runnable resume = reply::close;
          resumable.add(resume);
          try (var registration = end.onCancel(reply::close)) {
            listenTo(events);
          } finally {
            resumable.remove(resume);
          }
          failures = -1;
        } catch (IOException e) {
          LOG.debug("the server's stream broke: {}", e.toString());
        }
        last = events == null ? last : events.lastEventId();
        long said = events == null ? -1 : events.retryMillis();
        long wait = said >= 0 ? said : Math.max(1000, 500L << Math.min(failures + 1, 6));
        UpstreamHttp.pause(Math.min(wait, MAX_WAIT_MILLIS), end);
      }
    } catch (RuntimeException e) {
      // A later request that succeeds opens it again, for instance after a login.
      LOG.debug("the server's stream ended: {}", e.toString());
      streaming.set(false);
    }
  }

  private UpstreamHttp.Reply openStream(@Nullable String last) throws IOException {
    return last == null ? http.get(headers, end) : resume(last, end);
  }

  private void listenTo(EventStream events) throws IOException {
    for (byte[] data = events.next(); data != null; data = events.next()) {
      if (JsonRpc.parse(data) instanceof ObjectNode message && message.has("method")) {
        incoming.receive(message, listener.unrelated());
      }
    }
  }
}
