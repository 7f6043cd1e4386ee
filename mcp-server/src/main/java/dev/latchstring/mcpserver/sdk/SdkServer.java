package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.KnownServer;
import dev.latchstring.mcpserver.front.ServerConnection;
import dev.latchstring.mcpserver.front.ServerDescription;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.kit.Gate;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpServerSession;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The SDK's server in this process, as the front's one server: there at once, and never lost. */
final class SdkServer implements ServerConnection, KnownServer {
  /** Makes one, for a gate and for who hears what it says unasked. */
  interface Opening {
    SdkServer open(Gate gate, Upstream.Listener listener);
  }

  private final McpServerSession.Factory factory;
  private final McpJsonMapper json;
  private final Gate gate;
  private final Upstream.Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SdkSession described;
  private @Nullable ObjectNode description;
  private @Nullable SdkUpstream withSession;
  private @Nullable SdkUpstream stateless;
  private volatile @Nullable SdkUpstream latest;
  private ChangeFilter wanted = ChangeFilter.NONE;

  SdkServer(
      McpServerSession.Factory factory, McpJsonMapper json, Gate gate, Upstream.Listener listener) {
    this.factory = factory;
    this.json = json;
    this.gate = gate;
    this.listener = listener;
  }

  /** A session of the server, begun by nobody yet. */
  SdkSession session(Call.Conversation conversation) {
    return new SdkSession(factory, json, conversation);
  }

  @Override
  public String title() {
    return description().path("serverInfo").path("name").asString("this server");
  }

  @Override
  public Upstream ready(HostFace face) {
    lock.lock();
    try {
      ObjectNode said = description();
      SdkUpstream ready = face.stateless() ? stateless : withSession;
      if (ready == null) {
        SdkSession standing = described == null ? session(unasked()) : described;
        if (described == null) {
          standing.describe();
        }
        described = null;
        ready = new SdkUpstream(this, gate, standing.open(face), face.stateless(), said);
        ready.listen(wanted);
        if (face.stateless()) {
          stateless = ready;
        } else {
          withSession = ready;
        }
      }
      latest = ready;
      return ready;
    } finally {
      lock.unlock();
    }
  }

  private ObjectNode description() {
    lock.lock();
    try {
      if (description == null) {
        described = session(unasked());
        description = described.describe();
      }
      return description;
    } finally {
      lock.unlock();
    }
  }

  private Call.Conversation unasked() {
    return new Call.Conversation() {
      @Override
      public void tell(ObjectNode notification) {
        listener.notified(notification);
      }

      @Override
      public ObjectNode ask(String method, ObjectNode params, Cancellation cancellation) {
        return listener.unrelated().ask(method, params, cancellation);
      }
    };
  }

  /** What the server broadcasts. */
  void announce(String method, @Nullable Object params) {
    ObjectNode tree = params == null ? null : json.convertValue(params, ObjectNode.class);
    listener.notified(JsonRpc.notification(method, tree));
  }

  @Override
  public KnownServer.Entry read() {
    return ServerDescription.of(description()).entry("[]");
  }

  /** There is nothing to keep: the server says it anew whenever it starts. */
  @Override
  public void write(KnownServer.Entry entry) {}

  @Override
  public @Nullable Upstream current() {
    return latest;
  }

  @Override
  public void listen(ChangeFilter filter) {
    SdkUpstream upstream;
    lock.lock();
    try {
      wanted = filter;
      upstream = stateless;
    } finally {
      lock.unlock();
    }
    if (upstream != null) {
      upstream.listen(filter);
    }
  }

  /** No stream to this server ever ends. */
  @Override
  public void listenAgain() {}

  @Override
  public RpcError brokenOff(String method) {
    return new RpcError(RpcError.INTERNAL, method + " was broken off");
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (described != null) {
        described.over();
      }
      if (withSession != null) {
        withSession.close();
      }
      if (stateless != null) {
        stateless.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
