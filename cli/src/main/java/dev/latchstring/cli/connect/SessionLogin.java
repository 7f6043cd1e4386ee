package dev.latchstring.cli.connect;

import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.DeviceCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The login inside MCP's session era: an elicitation nested in the request that needs it, one per
 * flow however many requests wait; -32042 for requests that a person is not asked in; and the
 * answers of {@link LoginAnswers} for hosts that cannot elicit.
 */
final class SessionLogin implements LoginPresenter {
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(SessionLogin.class);

  /** What the host was asked for one flow. */
  private static final class Asked {
    private final AtomicBoolean code = new AtomicBoolean();
    private final AtomicBoolean confirmation = new AtomicBoolean();
    private final Cancellation over = new Cancellation();
    private volatile boolean dismissed;
  }

  private final HostChannel host;
  private final LoginDesk desk;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();

  SessionLogin(HostChannel host, LoginDesk desk) {
    this.host = host;
    this.desk = desk;
  }

  @Override
  public void login(LoginRequired need, Call call) {
    LoginDesk.Ticket ticket = desk.begin(need);
    LoginFlow flow = ticket.flow();
    LoginFlow.State state = flow.awaitCode(CODE_PATIENCE, call.cancellation());
    if (state instanceof LoginFlow.State.Shown shown) {
      state = shown(need, call, ticket, shown.code());
    }
    if (state instanceof LoginFlow.State.Approved approved) {
      state = approved(need, call, flow, approved.approval());
    }
    switch (state) {
      case LoginFlow.State.Finished finished -> LOG.debug("logged in");
      case LoginFlow.State.Ended ended -> throw LoginAnswers.ended(call, need, ended.reason());
      case LoginFlow.State.Failed failed ->
          throw LoginAnswers.failed(call, need, failed.problem(), failed.hint());
      case LoginFlow.State.Shown shown ->
          throw LoginAnswers.enterCode(call, need, flow, shown.code());
      case LoginFlow.State.Approved approved ->
          throw LoginAnswers.confirm(call, need, flow, approved.approval());
      case LoginFlow.State.Preparing preparing ->
          throw LoginAnswers.failed(
              call, need, "the authorization server takes too long", "try again");
    }
  }

  private LoginFlow.State shown(
      LoginRequired need, Call call, LoginDesk.Ticket ticket, DeviceCode code) {
    HostFace face = call.face();
    LoginFlow flow = ticket.flow();
    if (!call.mayAskPerson()) {
      throw face.canOpenUrl()
          ? urlRequired(flow, code, face)
          : LoginAnswers.enterCode(call, need, flow, code);
    }
    if (face.canOpenUrl() || face.canFillForm()) {
      Asked questions = ask(flow, code, face);
      return wait(flow, questions, call);
    }
    // Whoever comes back while the person is at it is answered with the outcome, if it comes soon.
    boolean wait = !ticket.started() && call.method().equals("tools/call");
    return wait ? flow.awaitDecision(RETRY_PATIENCE, call.cancellation()) : flow.state();
  }

  /** Waits for the person, and says so to a host that wants to know of progress. */
  private LoginFlow.State wait(LoginFlow flow, Asked questions, Call call) {
    JsonNode token = call.params().path("_meta").path("progressToken");
    for (int beat = 1; ; beat++) {
      LoginFlow.State state = flow.awaitDecision(PROGRESS, call.cancellation());
      if (!(state instanceof LoginFlow.State.Shown) || questions.dismissed) {
        return state;
      }
      if (!token.isMissingNode()) {
        // Tiny steps, so that the server's own progress can still increase after them.
        ObjectNode params = JsonRpc.object().put("progress", beat / 1_000_000.0);
        params.set("progressToken", token);
        params.put("message", "Waiting for the login");
        host.send(JsonRpc.notification("notifications/progress", params));
      }
    }
  }

  /** MCP 2025-11-25, "URL Elicitation Required Error". */
  private RpcError urlRequired(LoginFlow flow, DeviceCode code, HostFace face) {
    ObjectNode data = JsonRpc.object();
    data.putArray("elicitations").add(LoginPrompt.urlElicitation(code, face, flow.id()));
    Asked questions = asked(flow);
    if (questions.code.compareAndSet(false, true)) {
      tellCompletion(flow, questions);
    }
    return new RpcError(RpcError.URL_ELICITATION_REQUIRED, "A login is needed first.", data);
  }

  private Asked asked(LoginFlow flow) {
    asked.keySet().removeIf(id -> !id.equals(flow.id()));
    return asked.computeIfAbsent(flow.id(), id -> new Asked());
  }

  /** On its own thread: the person may approve without ever coming back to the host's dialog. */
  private Asked ask(LoginFlow flow, DeviceCode code, HostFace face) {
    Asked questions = asked(flow);
    if (!questions.code.compareAndSet(false, true)) {
      return questions;
    }
    questions.dismissed = false;
    boolean url = face.canOpenUrl();
    ObjectNode params =
        url
            ? LoginPrompt.urlElicitation(code, face, flow.id())
            : LoginPrompt.formElicitation(code, face);
    tellCompletion(flow, questions);
    Thread.ofVirtual().start(() -> elicit(flow, questions, params));
    return questions;
  }

  private void elicit(LoginFlow flow, Asked questions, ObjectNode params) {
    try {
      ObjectNode answer = host.ask("elicitation/create", params, questions.over);
      switch (String.valueOf(JsonRpc.textAt(answer, "action"))) {
        case "accept" -> LOG.debug("the person agreed");
        case "decline" -> flow.cancel("the person declined the login");
        default -> dismiss(questions);
      }
    } catch (RpcError e) {
      if (!questions.over.isCancelled()) {
        LOG.info("the host could not show the login: {}", e.message());
        dismiss(questions);
      }
    }
  }

  /** The requests that wait get the code as text; a later one is shown the dialog again. */
  private static void dismiss(Asked questions) {
    questions.dismissed = true;
    questions.code.set(false);
  }

  /** Takes the dialog away when the flow is decided, and tells hosts that wait for it. */
  private void tellCompletion(LoginFlow flow, Asked questions) {
    Thread.ofVirtual()
        .start(() -> {
          while (flow.state() instanceof LoginFlow.State.Shown) {
            LoginFlow.State state = flow.awaitDecision(Duration.ofMinutes(1), questions.over);
            if (!(state instanceof LoginFlow.State.Shown)) {
              questions.over.cancel();
              ObjectNode params = JsonRpc.object().put("elicitationId", flow.id());
              host.send(JsonRpc.notification("notifications/elicitation/complete", params));
              return;
            }
          }
        });
  }

  private LoginFlow.State approved(
      LoginRequired need, Call call, LoginFlow flow, Approval approval) {
    if (!call.face().canFillForm() || !call.mayAskPerson()) {
      throw LoginAnswers.confirm(call, need, flow, approval);
    }
    Asked questions = asked(flow);
    if (questions.confirmation.compareAndSet(false, true)) {
      try {
        ObjectNode answer =
            host.ask("elicitation/create", LoginPrompt.confirmation(approval), new Cancellation());
        if ("accept".equals(JsonRpc.textAt(answer, "action"))) {
          return flow.confirm();
        }
        flow.discard("the account that approved is not the person's here");
      } catch (RpcError e) {
        questions.confirmation.set(false);
        throw LoginAnswers.confirm(call, need, flow, approval);
      }
      return flow.state();
    }
    return flow.awaitEnd(Duration.ofMinutes(10), call.cancellation());
  }
}
