package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.extension.AuthDeclaration;
import dev.latchstring.mcpserver.login.Interim;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostChannel;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.HostRequest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A host of 2025-03-26 to 2025-11-25: one session from {@code initialize} to the end. */
public final class SessionHost {
  private static final Set<String> LOG_LEVELS =
      Set.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private static final Logger LOG = LoggerFactory.getLogger(SessionHost.class);

  private final HostChannel host;
  private final Relay relay;
  private final Lists lists;
  private final OwnTools ownTools;
  private final LoginPresenter presenter;
  private final KnownServer known;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> subscriptions = new TreeSet<>();
  private volatile @Nullable HostFace face;
  private volatile boolean declaresAuth;

  SessionHost(
      HostChannel host,
      Relay relay,
      Lists lists,
      OwnTools ownTools,
      LoginPresenter presenter,
      KnownServer known) {
    this.host = host;
    this.relay = relay;
    this.lists = lists;
    this.ownTools = ownTools;
    this.presenter = presenter;
    this.known = known;
  }

  /** Whether there is a session. */
  boolean isOpen() {
    return face != null;
  }

  /** What the host said of itself; null before there is a session. */
  @Nullable HostFace face() {
    return face;
  }

  /** Whether the host declared {@code dev.latchstring/auth}. */
  boolean declaresAuth() {
    return declaresAuth;
  }

  @Nullable String version() {
    HostFace opened = face;
    return opened == null ? null : opened.version();
  }

  /** Takes the host's {@code initialize}, whether or not it was answered already. */
  HostFace opened(ObjectNode params) {
    String requested = JsonRpc.textAt(params, "protocolVersion");
    ObjectNode capabilities = JsonRpc.objectAt(params, "capabilities");
    HostFace opened =
        new HostFace(
            false,
            FirstAnswer.sessionVersion(requested == null ? "" : requested),
            JsonRpc.objectAt(params, "clientInfo"),
            capabilities,
            null);
    declaresAuth = AuthDeclaration.isIn(capabilities, false);
    face = opened;
    return opened;
  }

  /** Answers a request, on a thread of its own. */
  ObjectNode handle(HostRequest request) {
    HostFace opened = face;
    if (request.method().equals("initialize")) {
      return initialize(request.params());
    }
    if (request.method().equals("ping")) {
      return JsonRpc.object();
    }
    if (opened == null) {
      throw new RpcError(
          RpcError.INVALID_REQUEST,
          "begin with initialize (versions "
              + String.join(", ", Protocol.SESSION_VERSIONS)
              + "), or send "
              + Protocol.META_VERSION
              + " "
              + Protocol.STATELESS
              + " in _meta");
    }
    Call call =
        new Call(
            request.method(), request.params(), opened, request.cancellation(), conversation());
    try {
      return answer(call);
    } catch (Interim interim) {
      return interim.result();
    }
  }

  /** Passes on what the host tells; a cancellation has been seen to before. */
  void notified(String method, ObjectNode params) {
    Upstream upstream = relay.connection().current();
    // The bridge has sent its own "initialized" for its own session.
    if (upstream != null && !method.equals("notifications/initialized")) {
      upstream.tell(method, params);
    }
  }

  /** What a server may do with this host. */
  Call.Conversation conversation() {
    return new Call.Conversation() {
      @Override
      public void tell(ObjectNode notification) {
        host.send(notification);
      }

      @Override
      public ObjectNode ask(String method, ObjectNode params, Cancellation cancellation) {
        boolean url = "url".equals(JsonRpc.textAt(params, "mode"));
        if (url && !params.has("elicitationId")) {
          params.put("elicitationId", java.util.UUID.randomUUID().toString());
        }
        return host.ask(method, params, cancellation);
      }
    };
  }

  private ObjectNode initialize(ObjectNode params) {
    if (isOpen()) {
      throw new RpcError(RpcError.INVALID_REQUEST, "the session is initialized already");
    }
    if (JsonRpc.textAt(params, "protocolVersion") == null) {
      throw new RpcError(RpcError.INVALID_PARAMS, "params.protocolVersion must be a string");
    }
    HostFace opened = opened(params);
    KnownServer.Entry entry = known.read();
    String members = entry == null ? FirstAnswer.defaultSessionMembers() : entry.sessionMembers();
    JsonNode result = JsonRpc.parse(("{" + members + "}").getBytes(StandardCharsets.UTF_8));
    ObjectNode answer = JsonRpc.object().put("protocolVersion", opened.version());
    return result instanceof ObjectNode object ? answer.setAll(object) : answer;
  }

  private ObjectNode answer(Call call) {
    return switch (call.method()) {
      case "tools/call" -> callTool(call);
      case "logging/setLevel" -> setLogLevel(call);
      case "resources/subscribe" -> subscribe(call, true);
      case "resources/unsubscribe" -> subscribe(call, false);
      case "completion/complete" -> complete(call);
      case "server/discover", "subscriptions/listen" ->
          throw new RpcError(
              RpcError.METHOD_NOT_FOUND,
              call.method()
                  + " is of "
                  + Protocol.STATELESS
                  + ", this session of "
                  + call.face().version());
      default -> Lists.isList(call.method()) ? inSession(lists.list(call)) : pass(call);
    };
  }

  private ObjectNode callTool(Call call) {
    String name = JsonRpc.textAt(call.params(), "name");
    if (name != null && ownTools.has(name)) {
      return ownTools.call(call, presenter);
    }
    return pass(call.withParams(relay.mirror().withServersName(call.params())));
  }

  private ObjectNode pass(Call call) {
    ObjectNode result = relay.relay(call, presenter);
    return inSession(result);
  }

  private ObjectNode inSession(ObjectNode result) {
    Upstream upstream = relay.connection().current();
    return upstream != null && upstream.stateless() ? EraTranslation.toSession(result) : result;
  }

  /** Many hosts set it at once, so it is remembered until the server can be told. */
  private ObjectNode setLogLevel(Call call) {
    String level = JsonRpc.textAt(call.params(), "level");
    if (level == null || !LOG_LEVELS.contains(level)) {
      throw new RpcError(
          RpcError.INVALID_PARAMS, "params.level must be one of " + String.join(", ", LOG_LEVELS));
    }
    face = call.face().withLogLevel(level);
    try {
      Upstream upstream = relay.connection().ready(call.face());
      boolean sets = !upstream.stateless() && Lists.offers(upstream, call.method());
      return sets ? relay.attempt(call) : JsonRpc.object();
    } catch (LoginRequired later) {
      return JsonRpc.object();
    }
  }

  /** A server of the other era is told by the stream of changes instead. */
  private ObjectNode subscribe(Call call, boolean wanted) {
    String uri = JsonRpc.textAt(call.params(), "uri");
    if (uri == null) {
      throw new RpcError(RpcError.INVALID_PARAMS, "params.uri must be a string");
    }
    Upstream upstream = relay.connection().ready(call.face());
    if (!upstream.stateless()) {
      return pass(call);
    }
    ChangeFilter filter;
    lock.lock();
    try {
      if (wanted && subscriptions.size() == ChangeFilter.MAX_RESOURCES) {
        throw new RpcError(RpcError.UNAVAILABLE, "too many subscriptions");
      }
      boolean changed = wanted ? subscriptions.add(uri) : subscriptions.remove(uri);
      LOG.debug("subscriptions changed: {}", changed);
      filter = filter();
    } finally {
      lock.unlock();
    }
    relay.connection().listen(filter);
    return JsonRpc.object();
  }

  /** What a session's host hears without asking, and what it subscribed to. */
  ChangeFilter filter() {
    lock.lock();
    try {
      return new ChangeFilter(true, true, true, subscriptions);
    } finally {
      lock.unlock();
    }
  }

  private ObjectNode complete(Call call) {
    try {
      if (Lists.offers(relay.connection().ready(call.face()), call.method())) {
        return pass(call);
      }
    } catch (LoginRequired e) {
      return pass(call);
    }
    ObjectNode none = JsonRpc.object();
    none.putObject("completion").putArray("values");
    return none;
  }
}
