package dev.latchstring.cli.connect;

import dev.latchstring.client.TokenSource;
import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.ServerConnection;
import dev.latchstring.mcpserver.front.ToolMirror;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which era the server is of, once, and keeps what was opened.
 *
 * <p>The host's own era is tried first, because nothing is lost where both sides are of one era; a
 * server that speaks both is then met in the host's. Nothing is opened before the first request.
 */
final class UpstreamConnection implements ServerConnection {
  /** Sessions for hosts of the stateless era, one per set of capabilities they declare. */
  private static final int MAX_SESSIONS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

  private final URI server;
  private final Destination destination;
  private final TokenSource tokens;
  private final ToolMirror mirror;
  private final Upstream.Listener listener;
  private final SleepWatch sleep;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, SessionUpstream> sessions = new LinkedHashMap<>();
  private @Nullable UpstreamHttp http;
  private @Nullable StatelessUpstream stateless;
  private ChangeFilter wanted = ChangeFilter.NONE;
  private boolean olderTransport;
  private volatile @Nullable Upstream latest;

  UpstreamConnection(
      Destination destination,
      TokenSource tokens,
      ToolMirror mirror,
      Upstream.Listener listener,
      Clock clock) {
    this.server = destination.server();
    this.destination = destination;
    this.tokens = tokens;
    this.mirror = mirror;
    this.listener = listener;
    this.sleep = new SleepWatch(clock, this::wake);
  }

  @Override
  public String title() {
    return server.getRawAuthority();
  }

  @Override
  public RpcError brokenOff(String method) {
    return UpstreamFault.brokenOff(server, method);
  }

  @Override
  public Upstream ready(HostFace face) {
    lock.lock();
    try {
      if (stateless != null) {
        return stateless;
      }
      String key = face.stateless() ? JsonRpc.text(face.capabilitiesPassedOn()) : "session";
      SessionUpstream known = sessions.get(key);
      Upstream upstream = known != null ? known : open(face, key);
      latest = upstream;
      return upstream;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Upstream current() {
    return latest;
  }

  @Override
  public void listen(ChangeFilter filter) {
    List<Upstream> open;
    lock.lock();
    try {
      wanted = filter;
      open = stateless != null ? List.of(stateless) : List.copyOf(sessions.values());
    } finally {
      lock.unlock();
    }
    open.forEach(upstream -> upstream.listen(filter));
  }

  @Override
  public void listenAgain() {
    ChangeFilter filter;
    lock.lock();
    try {
      filter = wanted;
    } finally {
      lock.unlock();
    }
    listen(filter);
  }

  /** The machine slept: whatever is open may have died unnoticed. */
  void wake() {
    List<Upstream> open;
    lock.lock();
    try {
      open = stateless != null ? List.of(stateless) : List.copyOf(sessions.values());
    } finally {
      lock.unlock();
    }
    open.forEach(Upstream::wake);
  }

  @Override
  public void close() {
    sleep.close();
    lock.lock();
    try {
      sessions.values().forEach(SessionUpstream::close);
      if (stateless != null) {
        stateless.close();
      }
      if (http != null) {
        http.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What every request needs, whoever the host is; what is wrong with it, a request is told. */
  @Override
  public void prepare() {
    lock.lock();
    try {
      http();
    } catch (RpcError e) {
      LOG.debug("not prepared: {}", e.message());
    } finally {
      lock.unlock();
    }
  }

  private UpstreamHttp http() {
    UpstreamHttp known = http;
    if (known == null) {
      known = new UpstreamHttp(destination, tokens);
      http = known;
      sleep.start();
    }
    return known;
  }

  private Upstream open(HostFace face, String key) {
    Upstream upstream = detect(http(), face);
    LOG.info("{} speaks {}", server, upstream.version());
    upstream.listen(wanted);
    if (upstream instanceof StatelessUpstream modern) {
      stateless = modern;
    } else if (upstream instanceof SessionUpstream session) {
      if (sessions.size() == MAX_SESSIONS) {
        String oldest = sessions.keySet().iterator().next();
        SessionUpstream dropped = sessions.remove(oldest);
        if (dropped != null) {
          Thread.ofVirtual().start(dropped::close);
        }
      }
      sessions.put(key, session);
    }
    return upstream;
  }

  private Upstream detect(UpstreamHttp client, HostFace face) {
    if (!sessions.isEmpty()) {
      return session(client, face);
    }
    return face.stateless() ? statelessFirst(client, face) : sessionFirst(client, face);
  }

  /** MCP 2026-07-28, "Backward Compatibility": anything but a modern error means a session. */
  private Upstream statelessFirst(UpstreamHttp client, HostFace face) {
    try {
      Upstream found = StatelessUpstream.probe(client, mirror, face, listener);
      return found != null ? found : session(client, face);
    } catch (UpstreamRefusal refusal) {
      if (refusal.isModern()) {
        return modernRefusal(client, face, refusal);
      }
      return session(client, face);
    } catch (RpcError error) {
      if (error.code() == RpcError.UPSTREAM) {
        throw error;
      }
      return session(client, face);
    }
  }

  private Upstream modernRefusal(UpstreamHttp client, HostFace face, UpstreamRefusal refusal) {
    RpcError error = refusal.toRpcError(server);
    String supported = supported(error);
    if (error.code() != RpcError.UNSUPPORTED_VERSION) {
      throw error;
    }
    if (Protocol.SESSION_VERSIONS.stream().anyMatch(supported::contains)) {
      return session(client, face);
    }
    throw UpstreamFault.versions(server, supported);
  }

  private Upstream sessionFirst(UpstreamHttp client, HostFace face) {
    try {
      return anySession(client, face);
    } catch (UpstreamRefusal refusal) {
      return afterRefusal(client, face, refusal.toRpcError(server));
    } catch (RpcError error) {
      if (error.code() == RpcError.UPSTREAM || error.code() == RpcError.ABANDONED) {
        throw error;
      }
      return afterRefusal(client, face, error);
    }
  }

  /** The server did not take {@code initialize}: either it is of the other era, or of none. */
  private Upstream afterRefusal(UpstreamHttp client, HostFace face, RpcError refused) {
    try {
      Upstream found = StatelessUpstream.probe(client, mirror, face, listener);
      if (found != null) {
        return found;
      }
    } catch (UpstreamRefusal probe) {
      if (probe.isModern()) {
        RpcError error = probe.toRpcError(server);
        throw error.code() == RpcError.UNSUPPORTED_VERSION
            ? UpstreamFault.versions(server, supported(error))
            : error;
      }
    } catch (RpcError probe) {
      if (!supported(probe).isEmpty()) {
        throw probe;
      }
      LOG.debug("not of the stateless era either: {}", probe.message());
    }
    throw refused;
  }

  private Upstream session(UpstreamHttp client, HostFace face) {
    try {
      return anySession(client, face);
    } catch (UpstreamRefusal refusal) {
      throw refusal.toRpcError(server);
    }
  }

  /** MCP 2025-11-25, "Backwards Compatibility": over Streamable HTTP, else as in 2024-11-05. */
  private Upstream anySession(UpstreamHttp client, HostFace face) {
    UpstreamRefusal refused = null;
    if (!olderTransport) {
      try {
        return over(client, (f, id, from) -> Session.open(client, f, id, from), face);
      } catch (UpstreamRefusal refusal) {
        if (!refusal.mayBeOfOlderTransport()) {
          throw refusal;
        }
        refused = refusal;
      }
    }
    try {
      Upstream found = over(client, (f, id, from) -> EventSession.open(client, f, id, from), face);
      olderTransport = true;
      return found;
    } catch (UpstreamRefusal noStream) {
      throw refused == null ? noStream : refused;
    }
  }

  private Upstream over(UpstreamHttp client, ServerSession.Opener opener, HostFace face) {
    return new SessionUpstream(client, opener, face, listener).open();
  }

  /** The versions that an error names, as JSON text. */
  private static String supported(RpcError error) {
    return error.data() == null ? "" : error.data().path("supported").toString();
  }
}
