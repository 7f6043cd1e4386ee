package dev.latchstring.mcpserver.login;

import dev.latchstring.client.login.Approval;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The login inside MCP's session era, and in either era in the middle of a call that has begun: an
 * elicitation nested in the request that needs it, one per flow however many requests wait; -32042
 * for requests that a person is not asked in; and the answers of {@link LoginAnswers} for hosts
 * that cannot elicit.
 */
public final class SessionLogin implements LoginPresenter {
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  private static final Duration A_WHILE = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(SessionLogin.class);

  /** What the host was asked for one page of a flow. */
  private static final class Asked {
    private final LoginPage page;
    private final String elicitationId;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Cancellation over = new Cancellation();
    private volatile boolean dismissed;

    Asked(LoginPage page, String elicitationId) {
      this.page = page;
      this.elicitationId = elicitationId;
    }
  }

  private final Logins logins;
  private final LoginAnswers answers;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private final Set<String> confirming = ConcurrentHashMap.newKeySet();

  public SessionLogin(Logins logins, LoginAnswers answers) {
    this.logins = logins;
    this.answers = answers;
  }

  @Override
  public void login(LoginRequired need, Call call) {
    LoginDesk.Ticket ticket = logins.desk(need).begin(need, call.face());
    LoginFlow flow = ticket.flow();
    LoginFlow.State state = flow.awaitCode(CODE_PATIENCE, call.cancellation());
    if (state instanceof LoginFlow.State.Shown shown) {
      state = shown(need, call, ticket, shown.page());
    }
    if (state instanceof LoginFlow.State.Approved approved) {
      state = approved(need, call, flow, approved.approval());
    }
    switch (state) {
      case LoginFlow.State.Finished finished -> LOG.debug("logged in");
      case LoginFlow.State.Ended ended -> throw answers.ended(call, need, ended.reason());
      case LoginFlow.State.Failed failed ->
          throw answers.failed(call, need, failed.problem(), failed.hint());
      case LoginFlow.State.Shown shown -> throw answers.open(call, need, flow, shown.page());
      case LoginFlow.State.Approved approved ->
          throw answers.confirm(call, need, flow, approved.approval());
      case LoginFlow.State.Preparing preparing ->
          throw answers.failed(call, need, "the authorization server takes too long", "try again");
    }
  }

  /**
   * Shows a login that no request waits for, to a host that can be shown one, and asks it who
   * approved. It returns when the login is over, or the host was shown nothing.
   */
  public void unasked(LoginRequired need, HostFace face, Call.Conversation conversation) {
    LoginFlow flow = logins.desk(need).begin(need, face).flow();
    Cancellation never = new Cancellation();
    LoginFlow.State state = flow.awaitCode(CODE_PATIENCE, never);
    if (state instanceof LoginFlow.State.Shown shown && shown.page().fits(face)) {
      Asked questions = ask(flow, shown.page(), face, conversation);
      while (state instanceof LoginFlow.State.Shown && !questions.dismissed) {
        state = flow.awaitDecision(A_WHILE, never);
      }
    }
    if (state instanceof LoginFlow.State.Approved approved && face.canFillForm()) {
      LoginFlow.State end = confirmed(flow, approved.approval(), conversation, never);
      LOG.debug("the login that nothing waited for: {}", end);
    }
  }

  private LoginFlow.State shown(
      LoginRequired need, Call call, LoginDesk.Ticket ticket, LoginPage page) {
    HostFace face = call.face();
    LoginFlow flow = ticket.flow();
    if (!call.mayAskPerson()) {
      throw face.canOpenUrl() && !face.stateless()
          ? urlRequired(flow, page, call)
          : answers.open(call, need, flow, page);
    }
    if (page.fits(face)) {
      Asked questions = ask(flow, page, face, call.conversation());
      return wait(flow, questions, call);
    }
    // Whoever comes back while the person is at it is answered with the outcome, if it comes soon.
    if (!call.method().equals("tools/call")) {
      return flow.state();
    }
    Duration patience = ticket.started() ? page.patience() : RETRY_PATIENCE;
    return flow.awaitDecision(patience, call.cancellation());
  }

  /** Waits for the person, and says so to a host that wants to know of progress. */
  private LoginFlow.State wait(LoginFlow flow, Asked first, Call call) {
    Asked questions = first;
    JsonNode token = call.params().path("_meta").path("progressToken");
    for (int beat = 1; ; beat++) {
      LoginFlow.State state = flow.awaitDecision(PROGRESS, call.cancellation());
      if (!(state instanceof LoginFlow.State.Shown shown) || questions.dismissed) {
        return state;
      }
      if (!shown.page().equals(questions.page)) {
        // Another process showed the page before, and has died.
        questions = ask(flow, shown.page(), call.face(), call.conversation());
      }
      if (!token.isMissingNode()) {
        // Tiny steps, so that the server's own progress can still increase after them.
        ObjectNode params = JsonRpc.object().put("progress", beat / 1_000_000.0);
        params.set("progressToken", token);
        params.put("message", "Waiting for the login");
        call.conversation().tell(JsonRpc.notification("notifications/progress", params));
      }
    }
  }

  /** MCP 2025-11-25, "URL Elicitation Required Error". */
  private RpcError urlRequired(LoginFlow flow, LoginPage page, Call call) {
    ObjectNode data = JsonRpc.object();
    Asked questions = asked(flow, page);
    data.putArray("elicitations")
        .add(LoginPrompt.urlElicitation(page, call.face(), questions.elicitationId));
    if (questions.begun.compareAndSet(false, true)) {
      tellCompletion(flow, questions, call.conversation());
    }
    return new RpcError(RpcError.URL_ELICITATION_REQUIRED, "A login is needed first.", data);
  }

  private Asked asked(LoginFlow flow, LoginPage page) {
    asked.keySet().removeIf(id -> !id.equals(flow.id()));
    Asked before = asked.get(flow.id());
    Asked now =
        asked.compute(
            flow.id(),
            (id, present) ->
                present == null
                    ? new Asked(page, id)
                    : present.page.equals(page)
                        ? present
                        : new Asked(page, present.elicitationId + "+"));
    if (before != null && before != now) {
      before.over.cancel();
    }
    return now;
  }

  /** On its own thread: the person may approve without ever coming back to the host's dialog. */
  private Asked ask(LoginFlow flow, LoginPage page, HostFace face, Call.Conversation conversation) {
    Asked questions = asked(flow, page);
    if (!questions.begun.compareAndSet(false, true)) {
      return questions;
    }
    questions.dismissed = false;
    boolean url = face.canOpenUrl();
    ObjectNode params =
        url
            ? LoginPrompt.urlElicitation(page, face, questions.elicitationId)
            : LoginPrompt.formElicitation(page, face);
    tellCompletion(flow, questions, conversation);
    Thread.ofVirtual().start(() -> elicit(flow, questions, params, conversation));
    return questions;
  }

  private static void elicit(
      LoginFlow flow, Asked questions, ObjectNode params, Call.Conversation conversation) {
    try {
      ObjectNode answer = conversation.ask("elicitation/create", params, questions.over);
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
    questions.begun.set(false);
  }

  /** Takes the dialog away when the flow is decided, and tells hosts that wait for it. */
  private static void tellCompletion(
      LoginFlow flow, Asked questions, Call.Conversation conversation) {
    Thread.ofVirtual()
        .start(() -> {
          if (awaited(flow, questions.over, false)) {
            questions.over.cancel();
            ObjectNode params = JsonRpc.object().put("elicitationId", questions.elicitationId);
            conversation.tell(JsonRpc.notification("notifications/elicitation/complete", params));
          }
        });
  }

  /** Whether it was decided, or ended, before the question was taken back. */
  private static boolean awaited(LoginFlow flow, Cancellation over, boolean end) {
    try {
      while (true) {
        LoginFlow.State state =
            end ? flow.awaitEnd(A_WHILE, over) : flow.awaitDecision(A_WHILE, over);
        boolean open =
            state instanceof LoginFlow.State.Shown
                || state instanceof LoginFlow.State.Preparing
                || (end && state instanceof LoginFlow.State.Approved);
        if (!open) {
          return true;
        }
      }
    } catch (RpcError takenBack) {
      return false;
    }
  }

  private LoginFlow.State approved(
      LoginRequired need, Call call, LoginFlow flow, Approval approval) {
    LoginFlow.State end = null;
    if (call.face().canFillForm() && call.mayAskPerson()) {
      end = confirmed(flow, approval, call.conversation(), call.cancellation());
    }
    if (end == null) {
      throw answers.confirm(call, need, flow, approval);
    }
    return end;
  }

  /** The end of the flow once the person said whether it was they; null where they did not say. */
  private LoginFlow.@Nullable State confirmed(
      LoginFlow flow, Approval approval, Call.Conversation conversation, Cancellation waiting) {
    if (!confirming.add(flow.id())) {
      return flow.awaitEnd(Duration.ofMinutes(10), waiting);
    }
    Cancellation over = new Cancellation();
    Thread.ofVirtual()
        .start(() -> {
          if (awaited(flow, over, true)) {
            over.cancel(); // it was confirmed elsewhere
          }
        });
    try {
      ObjectNode answer =
          conversation.ask("elicitation/create", LoginPrompt.confirmation(approval), over);
      if ("accept".equals(JsonRpc.textAt(answer, "action"))) {
        return flow.confirm();
      }
      flow.discard("the account that approved is not the person's here");
    } catch (RpcError e) {
      if (!flow.isOver()) {
        confirming.remove(flow.id());
        return null;
      }
    } finally {
      over.cancel();
    }
    return flow.state();
  }
}
