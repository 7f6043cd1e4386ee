package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.EraTranslation;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.kit.Admission;
import dev.latchstring.mcpserver.kit.Gate;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import io.modelcontextprotocol.common.McpTransportContext;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server in this process, for hosts of one era. A host with a session has one of the server's;
 * a request of a host without has one of its own, so that what the server asks while it works is
 * asked within that request.
 */
final class SdkUpstream implements Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(SdkUpstream.class);

  private final SdkServer server;
  private final Gate gate;
  private final SdkSession standing;
  private final boolean perRequest;
  private final ObjectNode description;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> subscribed = new HashSet<>();

  /**
   * @param standing takes what belongs to no request
   * @param perRequest whether each request has a session of its own
   */
  SdkUpstream(
      SdkServer server,
      Gate gate,
      SdkSession standing,
      boolean perRequest,
      ObjectNode description) {
    this.server = server;
    this.gate = gate;
    this.standing = standing;
    this.perRequest = perRequest;
    this.description = description;
  }

  @Override
  public boolean stateless() {
    return false;
  }

  @Override
  public String version() {
    return Protocol.NEWEST_SESSION;
  }

  @Override
  public ObjectNode description() {
    return description;
  }

  @Override
  public ObjectNode request(Call call) {
    Admission admission = gate.admit(call);
    ObjectNode result;
    try {
      result = run(call, SdkContext.of(admission));
    } catch (RpcError e) {
      throw admission.reason(e);
    }
    if (result.path("isError").asBoolean(false)) {
      admission.requireNoReason();
    }
    return call.method().equals("tools/list") ? gate.listed(call, result) : result;
  }

  private ObjectNode run(Call call, McpTransportContext context) {
    ObjectNode params = EraTranslation.sessionParams(call.params());
    if (!perRequest) {
      return standing.request(call.method(), params, context, call.cancellation());
    }
    SdkSession own = server.session(call.conversation());
    try {
      own.describe();
      return own.open(call.face()).request(call.method(), params, context, call.cancellation());
    } finally {
      own.over();
    }
  }

  @Override
  public void tell(String method, ObjectNode params) {
    if (!perRequest) {
      standing.tell(method, params);
    }
  }

  /** Lists that change are told to everybody anyway; resources only to who subscribed. */
  @Override
  public void listen(ChangeFilter filter) {
    if (!perRequest) {
      return; // the host's own subscriptions went to the server
    }
    Set<String> more = new HashSet<>(filter.resources());
    Set<String> less;
    lock.lock();
    try {
      less = new HashSet<>(subscribed);
      less.removeAll(more);
      more.removeAll(subscribed);
      subscribed.removeAll(less);
      subscribed.addAll(more);
    } finally {
      lock.unlock();
    }
    more.forEach(uri -> subscribe("resources/subscribe", uri));
    less.forEach(uri -> subscribe("resources/unsubscribe", uri));
  }

  private void subscribe(String method, String uri) {
    try {
      standing.request(
          method, JsonRpc.object().put("uri", uri), McpTransportContext.EMPTY, new Cancellation());
    } catch (RpcError e) {
      LOG.debug("{} of {}: {}", method, uri, e.message());
    }
  }

  @Override
  public void close() {
    standing.over();
  }
}
