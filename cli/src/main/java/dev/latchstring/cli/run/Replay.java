package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RequestMeta;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the host has set up with one process and finds with the next: the log level, what it
 * subscribed to, and the lists it has read, which it is told to read again only where they differ.
 */
final class Replay {
  /** URIs that a host may be subscribed to. */
  static final int MAX_RESOURCES = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private final HostFace face;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> subscribed = new LinkedHashSet<>();
  private final Map<String, JsonNode> lists = new ConcurrentHashMap<>();
  private volatile @Nullable String logLevel;
  private volatile ChangeFilter wanted = ChangeFilter.NONE;

  Replay(HostFace face) {
    this.face = face;
  }

  /** Keeps what a request that succeeded has set up, or has read. */
  void note(Call call, ObjectNode result) {
    switch (call.method()) {
      case "logging/setLevel" -> logLevel = JsonRpc.textAt(call.params(), "level");
      case "resources/subscribe" -> subscribed(call.params(), true);
      case "resources/unsubscribe" -> subscribed(call.params(), false);
      default -> {
        String member = member(call.method());
        if (member != null && !call.params().has("cursor") && result.has(member)) {
          lists.put(call.method(), result.path(member));
        }
      }
    }
  }

  /** A stateless host says with each request what a session is told once. */
  void wantLog(Met met, HostFace host) {
    String level = host.logLevel();
    boolean offered = met.description().path("capabilities").path("logging").isObject();
    if (level != null && offered && !level.equals(logLevel)) {
      logLevel = level;
      quietly(met, "logging/setLevel", JsonRpc.object().put("level", level));
    }
  }

  /** Wants these changes to be told, and no others. */
  void listen(ChangeFilter filter, @Nullable Met met) {
    ChangeFilter before = wanted;
    wanted = filter;
    if (met != null && !met.isOver()) {
      listen(met, before, filter);
    }
  }

  /** Says to a fresh process what the one before was told. */
  void restore(Met met) {
    String level = logLevel;
    if (level != null && !met.stateless()) {
      quietly(met, "logging/setLevel", JsonRpc.object().put("level", level));
    }
    listen(met, ChangeFilter.NONE, wanted);
    Set<String> uris;
    lock.lock();
    try {
      uris = Set.copyOf(subscribed);
    } finally {
      lock.unlock();
    }
    if (!met.stateless()) {
      uris.forEach(uri -> quietly(met, "resources/subscribe", JsonRpc.object().put("uri", uri)));
    }
  }

  /** Tells the host which of the lists that it has read are other ones now. */
  void compare(Met met, Upstream.Listener listener) {
    lists.forEach((method, before) -> {
      ObjectNode result = quietly(met, method, JsonRpc.object());
      JsonNode now = result == null ? null : result.path(String.valueOf(member(method)));
      if (met.isOver() || before.equals(now)) {
        return;
      }
      LOG.info("{} differs after the restart", method);
      if (now != null) {
        lists.put(method, now);
      }
      listener.notified(
          JsonRpc.notification("notifications/" + kind(method) + "/list_changed", null));
    });
  }

  private void subscribed(ObjectNode params, boolean wants) {
    String uri = JsonRpc.textAt(params, "uri");
    if (uri == null) {
      return;
    }
    lock.lock();
    try {
      if (!wants) {
        subscribed.remove(uri);
      } else if (subscribed.size() < MAX_RESOURCES) {
        subscribed.add(uri);
      } else {
        LOG.warn("too many subscriptions; after a restart one is forgotten");
      }
    } finally {
      lock.unlock();
    }
  }

  private void listen(Met met, ChangeFilter before, ChangeFilter after) {
    if (met.stateless()) {
      ObjectNode params = JsonRpc.object().set("notifications", after.write());
      params.set("_meta", RequestMeta.of(statelessFace(), JsonRpc.object()));
      met.session().listen(after.isEmpty() ? null : params);
      return;
    }
    for (String uri : after.resources()) {
      if (!before.resources().contains(uri)) {
        quietly(met, "resources/subscribe", JsonRpc.object().put("uri", uri));
      }
    }
    for (String uri : before.resources()) {
      if (!after.resources().contains(uri)) {
        quietly(met, "resources/unsubscribe", JsonRpc.object().put("uri", uri));
      }
    }
  }

  private @Nullable ObjectNode quietly(Met met, String method, ObjectNode params) {
    try {
      if (met.stateless()) {
        params.set("_meta", RequestMeta.of(statelessFace(), JsonRpc.object()));
      }
      return met.session().request(method, params, PATIENCE);
    } catch (RpcError | TimeoutException | Upstream.BrokenOff e) {
      LOG.info("{} had no effect: {}", method, e.toString());
      return null;
    }
  }

  private HostFace statelessFace() {
    return new HostFace(
        true, Protocol.STATELESS, face.clientInfo(), face.capabilities(), face.logLevel());
  }

  private static String kind(String method) {
    return method.equals("resources/templates/list")
        ? "resources"
        : method.substring(0, method.indexOf('/'));
  }

  private static @Nullable String member(String method) {
    return switch (method) {
      case "tools/list" -> "tools";
      case "prompts/list" -> "prompts";
      case "resources/list" -> "resources";
      case "resources/templates/list" -> "resourceTemplates";
      default -> null;
    };
  }
}
