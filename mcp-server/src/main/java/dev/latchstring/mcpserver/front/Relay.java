package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginAnswers;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request's way to the server and back: connect, send, log in where that is asked for, and send
 * again what is certain to be harmless.
 */
public final class Relay {
  /** After so many logins within one request, the server does not mean it. */
  private static final int MAX_LOGINS = 3;

  private final ServerConnection connection;
  private final ToolMirror mirror;
  private final LoginAnswers answers;
  private final TriedStepUps stepUps;
  private final AtomicReference<@Nullable LoginRequired> wanted = new AtomicReference<>();

  Relay(ServerConnection connection, ToolMirror mirror, LoginAnswers answers, Clock clock) {
    this.connection = connection;
    this.stepUps = new TriedStepUps(clock);
    this.mirror = mirror;
    this.answers = answers;
  }

  ServerConnection connection() {
    return connection;
  }

  ToolMirror mirror() {
    return mirror;
  }

  /** What the server last asked a login for; null where it did not, or it is done. */
  @Nullable LoginRequired wanted() {
    return wanted.get();
  }

  void loggedIn() {
    wanted.set(null);
    stepUps.loggedIn();
  }

  /**
   * The server's result, in the server's era.
   *
   * @throws RpcError what the request is answered instead
   * @throws Interim a result that is given instead
   */
  ObjectNode relay(Call call, LoginPresenter presenter) {
    boolean repeated = false;
    boolean stronger = false;
    for (int logins = 0; ; ) {
      try {
        return attempt(call);
      } catch (LoginRequired need) {
        boolean wantsStronger = "insufficient_user_authentication".equals(need.error());
        if (stronger && wantsStronger) {
          throw answers.failed(
              call,
              need,
              "the login was done, and the server still wants a stronger one",
              "log in from a terminal with latch login --flow code or --flow challenge");
        }
        stronger = wantsStronger;
        if (stepUps.isInVain(call, need)) {
          throw answers.failed(
              call,
              need,
              "a login for more was done, and the server still refuses this for want of it",
              "ask its operator who may do this");
        }
        if (logins++ == MAX_LOGINS) {
          throw answers.failed(
              call, need, "the server wants a login again after each login", "ask its operator");
        }
        presenter.login(need, call);
      } catch (Upstream.BrokenOff broken) {
        if (repeated || !isRepeatable(call)) {
          throw connection.brokenOff(call.method());
        }
        repeated = true;
      }
    }
  }

  /** The same without a login: {@link LoginRequired} is the caller's. */
  ObjectNode attempt(Call call) {
    try {
      ObjectNode result = connection.ready(call.face()).request(call);
      return call.method().equals("tools/list") ? learn(call, result) : result;
    } catch (LoginRequired need) {
      wanted.set(need);
      throw need;
    }
  }

  private ObjectNode learn(Call call, ObjectNode result) {
    if (!call.params().has("cursor")) {
      mirror.forget();
    }
    Upstream upstream = connection.current();
    return mirror.learn(result, upstream != null && upstream.stateless());
  }

  private boolean isRepeatable(Call call) {
    return switch (call.method()) {
      case "tools/list",
          "prompts/list",
          "resources/list",
          "resources/templates/list",
          "resources/read",
          "prompts/get",
          "completion/complete",
          "resources/subscribe",
          "resources/unsubscribe",
          "logging/setLevel" ->
          true;
      case "tools/call" -> mirror.isRepeatable(JsonRpc.textAt(call.params(), "name"));
      default -> false;
    };
  }
}
