package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.extension.AuthExtension;
import dev.latchstring.mcpserver.login.LoginAnswers;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.login.SessionLogin;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostChannel;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.HostRequest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The composition root of a front: makes the parts, gives every request of the host a virtual
 * thread in the handler of its era, and sees to it that each gets its answer, also when either side
 * goes away.
 */
public final class StdioFront implements HostChannel.Receiver {
  /** How long requests may still take when the host has closed its end. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(StdioFront.class);

  private final Backing backing;
  private final HostChannel host;
  private final ServerConnection connection;
  private final ToolMirror mirror;
  private final Relay relay;
  private final Logins logins;
  private final LoginAnswers answers;
  private final SessionLogin sessionLogin;
  private final SessionHost sessionHost;
  private final StatelessHost statelessHost;
  private final Subscriptions subscriptions;
  private final AuthExtension extension;
  private final AtomicBoolean met = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param in the host's lines
   * @param out belongs to the front alone
   */
  public StdioFront(
      Backing backing, LineReader in, OutputStream out, SecureRandom random, Clock clock) {
    this.backing = backing;
    this.host = new HostChannel(in, out);
    this.mirror = new ToolMirror(backing.reservedTools());
    this.answers = new LoginAnswers(backing.loginTool());
    this.connection = backing.connect(mirror, new FromServer());
    Thread.ofPlatform().daemon().name("prepare").start(connection::prepare);
    this.relay = new Relay(connection, mirror, answers, clock);
    this.logins = backing.logins(this::loginsChanged);
    this.subscriptions = new Subscriptions(host, this::wishesChanged);
    OwnTools tools = backing.tools(relay, logins);
    KnownServer known = backing.known();
    Lists lists = new Lists(relay, tools, known);
    this.extension = new AuthExtension(backing.subjects(relay, logins), this::loginsChanged, clock);
    this.sessionLogin = new SessionLogin(logins, answers);
    this.sessionHost = new SessionHost(host, relay, lists, tools, sessionLogin, known);
    this.statelessHost =
        new StatelessHost(
            host, relay, lists, tools, logins, answers, known, subscriptions, random, clock);
  }

  /** Takes the opening line that was answered already. */
  public void opened(byte[] line) {
    if (JsonRpc.parse(line) instanceof ObjectNode message) {
      ObjectNode params = JsonRpc.objectAt(message, "params");
      HostFace face =
          StatelessHost.isStateless(params)
              ? StatelessHost.face(params)
              : sessionHost.opened(params);
      Thread.ofPlatform().daemon().name("warm-up").start(() -> warmUp(face));
    }
  }

  /** Takes a line that was read already. */
  public void receive(LineReader.Line line) {
    host.receive(line, this);
  }

  /** Serves the host until it closes its end, and answers what is open then. */
  public void run() {
    host.run(this);
    long deadline = System.nanoTime() + GRACE.toNanos();
    while (host.unanswered() > subscriptions.size()
        && System.nanoTime() < deadline
        && !Thread.currentThread().isInterrupted()) {
      pause();
    }
    close();
  }

  /** Answers everything, ends the session with the server, and closes. Once. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      subscriptions.close();
      host.failAll(new RpcError(RpcError.UNAVAILABLE, "latch was stopped"));
      logins.close();
      extension.close();
      statelessHost.close();
      connection.close();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void requested(HostRequest request) {
    Thread.ofVirtual().start(() -> serve(request));
  }

  @Override
  public void notified(String method, ObjectNode params) {
    if (method.equals("notifications/cancelled")) {
      HostRequest request = host.find(params.path("requestId"));
      if (request != null && !request.method().equals("initialize")) {
        request.cancel();
      }
    } else if (sessionHost.isOpen() && !AuthExtension.owns(method)) {
      Thread.ofVirtual().start(() -> sessionHost.notified(method, params));
      if (method.equals("notifications/initialized")) {
        met(sessionHost.face());
      }
    }
  }

  @Override
  public boolean acceptsBatches() {
    String version = sessionHost.version();
    return version != null && version.equals(Protocol.BATCHING);
  }

  private void serve(HostRequest request) {
    try {
      if (AuthExtension.owns(request.method())) {
        request.succeed(extended(request));
      } else if (StatelessHost.isStateless(request.params())) {
        met(StatelessHost.face(request.params()));
        statelessHost.handle(request);
      } else {
        request.succeed(sessionHost.handle(request));
        if (request.method().equals("initialize")) {
          Thread.ofVirtual().start(this::wishesChanged);
        }
      }
    } catch (RpcError e) {
      request.fail(e);
    } catch (LoginRequired need) {
      request.fail(answers.needed(need));
    } catch (Upstream.BrokenOff e) {
      request.fail(connection.brokenOff(request.method()));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{} failed", request.method(), e);
      request.fail(new RpcError(RpcError.INTERNAL, "latch failed; see standard error"));
    }
  }

  /** What is the extension's is never passed on: its parameters may hold a token. */
  private ObjectNode extended(HostRequest request) {
    ObjectNode params = request.params();
    boolean stateless = StatelessHost.isStateless(params);
    HostFace face = stateless ? StatelessHost.face(params) : sessionHost.face();
    if (face == null) {
      return sessionHost.handle(request);
    }
    boolean declared = stateless ? StatelessHost.declaresAuth(params) : sessionHost.declaresAuth();
    return extension.handle(request.method(), params, face, declared, request.cancellation());
  }

  private void met(@Nullable HostFace face) {
    if (face != null && met.compareAndSet(false, true)) {
      Thread.ofVirtual().start(() -> backing.met(face, need -> begin(need, face)));
    }
  }

  /** In the stateless era a person is asked within a request only. */
  private void begin(LoginRequired need, HostFace face) {
    if (face.stateless()) {
      logins.desk(need).begin(need, face);
    } else {
      sessionLogin.unasked(need, face, sessionHost.conversation());
    }
  }

  /** So that the host's first request finds the server, or the login, ready. */
  private void warmUp(HostFace face) {
    wishesChanged();
    try {
      connection.ready(face);
    } catch (LoginRequired need) {
      LOG.info("{} needs a login", connection.title());
    } catch (RuntimeException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  private void wishesChanged() {
    ChangeFilter session = sessionHost.isOpen() ? sessionHost.filter() : ChangeFilter.NONE;
    connection.listen(session.union(subscriptions.union()));
  }

  /** Whatever was listed before the login is not what there is now. */
  private void loginsChanged() {
    relay.loggedIn();
    Thread.ofVirtual()
        .start(() -> {
          tellAuthChanged();
          tellListsChanged();
          connection.listenAgain();
        });
  }

  private void tellListsChanged() {
    mirror.forget();
    for (String list : backing.changingLists()) {
      tell(JsonRpc.notification("notifications/" + list + "/list_changed", null));
    }
  }

  private void tellAuthChanged() {
    ObjectNode params = extension.changed();
    if (sessionHost.isOpen() && sessionHost.declaresAuth()) {
      host.send(JsonRpc.notification(Protocol.AUTH_CHANGED, params));
    }
    subscriptions.publish(Protocol.AUTH_CHANGED, params);
  }

  private void tell(ObjectNode notification) {
    String method = String.valueOf(JsonRpc.textAt(notification, "method"));
    if (sessionHost.isOpen()) {
      host.send(notification);
    }
    subscriptions.publish(method, JsonRpc.objectAt(notification, "params"));
  }

  private final class FromServer implements Upstream.Listener {
    @Override
    public void notified(ObjectNode notification) {
      if ("notifications/tools/list_changed".equals(JsonRpc.textAt(notification, "method"))) {
        mirror.forget();
      }
      tell(notification);
    }

    @Override
    public void restarted() {
      tellListsChanged();
    }

    @Override
    public Call.Conversation unrelated() {
      return sessionHost.isOpen() ? sessionHost.conversation() : statelessHost.unrelated();
    }
  }
}
