package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RequestMeta;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, "Subscriptions": one {@code subscriptions/listen} stream with the server for all
 * that the host wants to hear, opened again when it breaks or when the wishes change.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class ChangeStream implements AutoCloseable {
  private static final long MAX_WAIT_MILLIS = 30_000;
  private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);

  private final UpstreamHttp http;
  private final Upstream.Listener listener;
  private final AtomicLong ids;
  private final ReentrantLock lock = new ReentrantLock();
  private ChangeFilter wanted = ChangeFilter.NONE;
  private @Nullable Cancellation running;
  private volatile UpstreamHttp.@Nullable Reply opened;

  ChangeStream(UpstreamHttp http, Upstream.Listener listener, AtomicLong ids) {
    this.http = http;
    this.listener = listener;
    this.ids = ids;
  }

  void listen(ChangeFilter filter) {
    lock.lock();
    try {
      if (filter.equals(wanted) && (running != null || filter.isEmpty())) {
        return;
      }
      close();
      wanted = filter;
      if (!filter.isEmpty()) {
        Cancellation cancellation = new Cancellation();
        running = cancellation;
        Thread.ofVirtual().name("changes").start(() -> run(filter, cancellation));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Opens the stream again: it may have died while the machine slept. */
  void wake() {
    UpstreamHttp.Reply stream = opened;
    if (stream != null) {
      stream.close();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (running != null) {
        running.cancel();
        running = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(ChangeFilter filter, Cancellation cancellation) {
    try {
      boolean lost = false;
      for (int failures = 0; ; failures++) {
        try {
          if (open(filter, cancellation, lost)) {
            failures = 0;
          }
        } catch (IOException | RpcError e) {
          LOG.debug("the stream of changes broke: {}", e.toString());
        }
        cancellation.check();
        lost = true;
        UpstreamHttp.pause(Math.min(1000L << Math.min(failures, 6), MAX_WAIT_MILLIS), cancellation);
      }
    } catch (UpstreamRefusal e) {
      LOG.info("the server tells no changes: HTTP {}", e.status());
    } catch (RuntimeException e) {
      LOG.debug("the stream of changes ended: {}", e.toString());
      forget(cancellation);
    }
  }

  /** So that the same wishes open it again, for instance after a login. */
  private void forget(Cancellation cancellation) {
    lock.lock();
    try {
      if (running == cancellation) {
        running = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean open(ChangeFilter filter, Cancellation cancellation, boolean lost)
      throws IOException {
    HostFace us = new HostFace(true, Protocol.STATELESS, JsonRpc.object(), JsonRpc.object(), null);
    ObjectNode params = JsonRpc.object().set("notifications", filter.write());
    params.set("_meta", RequestMeta.of(us, JsonRpc.object()));
    String method = "subscriptions/listen";
    LongNode id = LongNode.valueOf(ids.incrementAndGet());
    Map<String, String> headers =
        new HashMap<>(Map.of("MCP-Protocol-Version", Protocol.STATELESS, "Mcp-Method", method));
    byte[] body = JsonRpc.bytes(JsonRpc.request(id, method, params));
    try (UpstreamHttp.Reply reply = http.post(body, headers, cancellation)) {
      if (reply.status() == 429 || reply.status() / 100 == 5) {
        throw new IOException("HTTP " + reply.status());
      }
      if (!reply.isSuccess() || !reply.isStream()) {
        throw UpstreamRefusal.read(reply);
      }
      ReplyReader reader = new ReplyReader(http.server(), id, this::receive);
      opened = reply;
      try (var registration = cancellation.onCancel(reply::close)) {
        if (lost) {
          tellMissed(filter);
        }
        return reader.stream(new EventStream(reply.response().body(), null)) != null;
      }
    }
  }

  /** What happened while nobody listened is not known, so everything may have changed. */
  private void tellMissed(ChangeFilter filter) {
    for (String kind : List.of("tools", "prompts", "resources")) {
      String method = "notifications/" + kind + "/list_changed";
      if (filter.wants(method, JsonRpc.object())) {
        listener.notified(JsonRpc.notification(method, null));
      }
    }
  }

  private void receive(ObjectNode message) {
    if ("notifications/subscriptions/acknowledged".equals(JsonRpc.textAt(message, "method"))
        || message.has("id")) {
      return;
    }
    ObjectNode told = message.deepCopy();
    if (told.get("params") instanceof ObjectNode params
        && params.get("_meta") instanceof ObjectNode meta) {
      meta.remove(Protocol.META_SUBSCRIPTION);
      if (meta.isEmpty()) {
        params.remove("_meta");
      }
    }
    listener.notified(told);
  }
}
