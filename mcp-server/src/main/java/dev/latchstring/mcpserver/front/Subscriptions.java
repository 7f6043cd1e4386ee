package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.HostChannel;
import dev.latchstring.mcpserver.stdio.HostRequest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, "Subscriptions": the host's open {@code subscriptions/listen} requests, at most
 * {@value #MAX_OPEN}. Each is acknowledged at once: what the server lacks simply never changes.
 */
public final class Subscriptions {
  static final int MAX_OPEN = 32;

  /**
   * @param auth whether {@code dev.latchstring/auth.changed} is wanted, which is no server's
   */
  private record Subscription(HostRequest request, ChangeFilter filter, boolean auth) {
    boolean wants(String method, ObjectNode params) {
      return method.equals(Protocol.AUTH_CHANGED) ? auth : filter.wants(method, params);
    }
  }

  private final HostChannel host;
  private final Runnable onChange;
  private final Map<JsonNode, Subscription> open = new ConcurrentHashMap<>();

  /**
   * @param onChange runs when the union of all filters may have changed
   */
  Subscriptions(HostChannel host, Runnable onChange) {
    this.host = host;
    this.onChange = onChange;
  }

  /**
   * @param declaresAuth whether the host declared {@code dev.latchstring/auth}
   */
  void add(HostRequest request, boolean declaresAuth) {
    JsonNode wanted = request.params().path("notifications");
    ChangeFilter filter = ChangeFilter.read(wanted);
    boolean auth = declaresAuth && wanted.path(Protocol.AUTH_CHANGED_FILTER).asBoolean(false);
    if (open.size() >= MAX_OPEN) {
      throw new RpcError(RpcError.UNAVAILABLE, "too many subscriptions; the limit is " + MAX_OPEN);
    }
    ObjectNode params = JsonRpc.object();
    params.set("_meta", meta(request.id()));
    ObjectNode acknowledged = filter.write();
    if (auth) {
      acknowledged.put(Protocol.AUTH_CHANGED_FILTER, true);
    }
    params.set("notifications", acknowledged);
    host.send(JsonRpc.notification("notifications/subscriptions/acknowledged", params));
    open.put(request.id(), new Subscription(request, filter, auth));
    request.cancellation().onCancel(() -> remove(request));
    onChange.run();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  int size() {
    return open.size();
  }

  ChangeFilter union() {
    return open.values().stream()
        .map(Subscription::filter)
        .reduce(ChangeFilter.NONE, ChangeFilter::union);
  }

  /** Tells a change on every subscription that wants it. */
  void publish(String method, ObjectNode params) {
    open.forEach((id, subscription) -> {
      if (subscription.wants(method, params)) {
        ObjectNode told = params.deepCopy();
        ObjectNode meta =
            told.get("_meta") instanceof ObjectNode own ? own : told.putObject("_meta");
        meta.set(Protocol.META_SUBSCRIPTION, id);
        host.send(JsonRpc.notification(method, told));
      }
    });
  }

  /** "Graceful Closure": every subscription gets its response. */
  void close() {
    open.values()
        .forEach(subscription -> {
          ObjectNode result = JsonRpc.object().put("resultType", "complete");
          result.set("_meta", meta(subscription.request().id()));
          subscription.request().succeed(result);
        });
    open.clear();
  }

  private void remove(HostRequest request) {
    if (open.remove(request.id()) != null) {
      onChange.run();
    }
  }

  private static ObjectNode meta(JsonNode id) {
    return JsonRpc.object().set(Protocol.META_SUBSCRIPTION, id);
  }
}
