package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.EraTranslation;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server of 2024-11-05 to 2025-11-25: opens a session, keeps it, and opens another where the
 * server has forgotten it, without the host noticing more than that lists may have changed.
 */
final class SessionUpstream implements Upstream {
  private static final int MAX_REOPENINGS = 3;
  private static final long MAX_PAUSE_MILLIS = 30_000;
  private static final Logger LOG = LoggerFactory.getLogger(SessionUpstream.class);

  private final UpstreamHttp http;
  private final ServerSession.Opener opener;
  private final HostFace face;
  private final Listener listener;
  private final AtomicLong nextId = new AtomicLong();
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable ServerSession current;
  private volatile ChangeFilter wanted = ChangeFilter.NONE;
  private volatile @Nullable ObjectNode logLevel;
  private final Cancellation ended = new Cancellation();
  private volatile boolean closed;

  /**
   * @param opener begins a session over one of the transports
   * @param face whose name and capabilities the sessions are opened with
   */
  SessionUpstream(
      UpstreamHttp http, ServerSession.Opener opener, HostFace face, Listener listener) {
    this.http = http;
    this.opener = opener;
    this.face = face;
    this.listener = listener;
  }

  /**
   * Opens the first session.
   *
   * @throws UpstreamRefusal where the server does not accept {@code initialize}
   * @throws RpcError where it cannot be reached or offers no version the bridge speaks
   */
  SessionUpstream open() {
    session();
    return this;
  }

  @Override
  public boolean stateless() {
    return false;
  }

  @Override
  public String version() {
    return session().version();
  }

  @Override
  public ObjectNode description() {
    return session().description();
  }

  @Override
  public ObjectNode request(Call given) {
    Call call =
        given.face().stateless()
            ? given.withParams(EraTranslation.sessionParams(given.params()))
            : given;
    for (int reopened = 0; ; reopened++) {
      ServerSession session = session();
      try {
        if (call.method().equals("logging/setLevel")) {
          logLevel = call.params();
        }
        wantLog(session, given.face());
        ObjectNode result = session.request(call, id());
        session.keepStream();
        return result;
      } catch (ServerSession.Gone e) {
        forget(session);
        if (reopened == MAX_REOPENINGS) {
          throw UpstreamFault.error(
              http.server(),
              "the server ends every session at once",
              "several servers behind one address may not share their sessions",
              false);
        }
      } catch (UpstreamRefusal e) {
        throw e.toRpcError(http.server());
      }
    }
  }

  @Override
  public void tell(String method, ObjectNode params) {
    ServerSession session = current;
    if (session != null) {
      session.post(JsonRpc.notification(method, params));
    }
  }

  @Override
  public void listen(ChangeFilter filter) {
    ChangeFilter before = wanted;
    wanted = filter;
    ServerSession session = current;
    if (session != null) {
      subscribe(session, before, filter);
    }
  }

  @Override
  public void wake() {
    ServerSession session = current;
    if (session != null) {
      session.wake();
    }
  }

  @Override
  public void close() {
    closed = true;
    ended.cancel();
    ServerSession session = current;
    if (session != null) {
      session.end();
    }
  }

  private JsonNode id() {
    return LongNode.valueOf(nextId.incrementAndGet());
  }

  private ServerSession session() {
    ServerSession session = current;
    if (session != null) {
      return session;
    }
    opening.lock();
    try {
      session = current;
      if (session == null) {
        session = opener.open(face, id(), new FromServer());
        current = session;
      }
      return session;
    } finally {
      opening.unlock();
    }
  }

  private void forget(ServerSession lost) {
    opening.lock();
    try {
      if (lost.equals(current) && !closed) {
        LOG.info("the server has forgotten the session; opening another");
        lost.abandon();
        current = null;
        ServerSession fresh = session();
        restore(fresh);
      }
    } catch (UpstreamRefusal e) {
      throw e.toRpcError(http.server());
    } finally {
      opening.unlock();
    }
    listener.restarted();
  }

  /** What the host had set up in the lost session. */
  private void restore(ServerSession fresh) {
    subscribe(fresh, ChangeFilter.NONE, wanted);
    ObjectNode level = logLevel;
    if (level != null) {
      quietly(fresh, "logging/setLevel", level);
    }
  }

  private void subscribe(ServerSession session, ChangeFilter before, ChangeFilter after) {
    for (String uri : after.resources()) {
      if (!before.resources().contains(uri)) {
        quietly(session, "resources/subscribe", JsonRpc.object().put("uri", uri));
      }
    }
    for (String uri : before.resources()) {
      if (!after.resources().contains(uri)) {
        quietly(session, "resources/unsubscribe", JsonRpc.object().put("uri", uri));
      }
    }
  }

  /**
   * A host may have said it with each request, or before there was a session; this has one level.
   */
  private void wantLog(ServerSession session, HostFace host) {
    String level = host.logLevel();
    ObjectNode set = logLevel;
    boolean offered = session.description().path("capabilities").path("logging").isObject();
    if (level != null && offered && (set == null || !level.equals(JsonRpc.textAt(set, "level")))) {
      ObjectNode params = JsonRpc.object().put("level", level);
      logLevel = params;
      quietly(session, "logging/setLevel", params);
    }
  }

  private void quietly(ServerSession session, String method, ObjectNode params) {
    try {
      session.request(
          new Call(method, params, face, new Cancellation(), listener.unrelated()), id());
    } catch (RuntimeException e) {
      LOG.info("{} had no effect: {}", method, e.toString());
    }
  }

  private final class FromServer implements ServerSession.Listener {
    @Override
    public void notified(ObjectNode notification) {
      listener.notified(notification);
    }

    @Override
    public Call.Conversation unrelated() {
      return listener.unrelated();
    }

    /** Nobody asked for anything, so there is time: the server may be starting again. */
    @Override
    public void gone(ServerSession session) {
      for (long pause = 500; !closed; pause = Math.min(2 * pause, MAX_PAUSE_MILLIS)) {
        try {
          if (session.equals(current)) {
            forget(session);
          } else if (current == null) {
            restore(session());
            listener.restarted();
          }
          return;
        } catch (LoginRequired e) {
          return; // a request of the host asks for it
        } catch (RuntimeException e) {
          LOG.info("no new session yet: {}", e.toString());
        }
        if (!waited(pause)) {
          return;
        }
      }
    }

    private boolean waited(long millis) {
      try {
        UpstreamHttp.pause(millis, ended);
        return true;
      } catch (RpcError stopped) {
        return false;
      }
    }
  }
}
