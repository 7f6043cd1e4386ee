package dev.latchstring.mcpserver.login;

import dev.latchstring.client.login.Approval;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The login inside MCP's stateless era, for one request: an {@code input_required} result whose
 * state leads the repeated request back to the same flow.
 */
public final class StatelessLogin implements LoginPresenter {
  /** The bridge's questions in {@code inputRequests}. */
  public static final String CODE = "dev.latchstring/login";

  public static final String CONFIRMATION = "dev.latchstring/confirm";

  private final Logins logins;
  private final LoginAnswers answers;
  private final RequestState states;
  private final Clock clock;
  private final RequestState.@Nullable Content resumed;
  private final ObjectNode responses;
  private boolean answersUsed;

  /**
   * @param resumed what the request's state says; null for a first request
   * @param responses the request's {@code inputResponses}
   */
  public StatelessLogin(
      Logins logins,
      LoginAnswers answers,
      RequestState states,
      Clock clock,
      RequestState.@Nullable Content resumed,
      ObjectNode responses) {
    this.logins = logins;
    this.answers = answers;
    this.states = states;
    this.clock = clock;
    this.resumed = resumed;
    this.responses = responses;
  }

  @Override
  public void login(LoginRequired need, Call call) {
    LoginFlow known = resumed == null || answersUsed ? null : logins.find(resumed.reference());
    answersUsed = true;
    boolean retry = known != null;
    LoginDesk.Ticket ticket =
        known == null
            ? logins.desk(need).begin(need, call.face())
            : new LoginDesk.Ticket(known, false);
    LoginFlow flow = ticket.flow();
    boolean dismissed = retry && applyAnswers(flow);
    LoginFlow.State state = flow.awaitCode(CODE_PATIENCE, call.cancellation());
    if (!dismissed && state instanceof LoginFlow.State.Shown shown) {
      boolean comesBack = !canAsk(call) && call.method().equals("tools/call");
      boolean again = retry || (comesBack && !ticket.started());
      Duration patience =
          again ? RETRY_PATIENCE : comesBack ? shown.page().patience() : Duration.ZERO;
      state = flow.awaitDecision(patience, call.cancellation());
    }
    switch (state) {
      case LoginFlow.State.Finished finished -> {
        // The request goes on.
      }
      case LoginFlow.State.Shown shown -> throw open(need, call, flow, shown.page(), dismissed);
      case LoginFlow.State.Approved approved ->
          throw confirm(need, call, flow, approved.approval());
      case LoginFlow.State.Ended ended -> throw answers.ended(call, need, ended.reason());
      case LoginFlow.State.Failed failed ->
          throw answers.failed(call, need, failed.problem(), failed.hint());
      case LoginFlow.State.Preparing preparing ->
          throw answers.failed(call, need, "the authorization server takes too long", "try again");
    }
  }

  /** True where the person closed the dialog without deciding. */
  private boolean applyAnswers(LoginFlow flow) {
    String code = action(CODE);
    if ("decline".equals(code)) {
      flow.cancel("the person declined the login");
    }
    String confirmation = action(CONFIRMATION);
    if ("accept".equals(confirmation)) {
      flow.confirm();
    } else if ("decline".equals(confirmation)) {
      flow.discard("the account that approved is not the person's here");
    }
    return "cancel".equals(code) || "cancel".equals(confirmation);
  }

  private @Nullable String action(String key) {
    return JsonRpc.textAt(responses.path(key), "action");
  }

  private static boolean canAsk(Call call) {
    return call.mayAskPerson() && (call.face().canOpenUrl() || call.face().canFillForm());
  }

  private RuntimeException open(
      LoginRequired need, Call call, LoginFlow flow, LoginPage page, boolean dismissed) {
    if (!canAsk(call) || dismissed || !page.fits(call.face())) {
      return answers.open(call, need, flow, page);
    }
    ObjectNode question =
        call.face().canOpenUrl()
            ? LoginPrompt.urlElicitation(page, call.face(), null)
            : LoginPrompt.formElicitation(page, call.face());
    return ask(call, flow, CODE, question, page.expiresAt());
  }

  private RuntimeException confirm(
      LoginRequired need, Call call, LoginFlow flow, Approval approval) {
    if (!call.mayAskPerson() || !call.face().canFillForm()) {
      return answers.confirm(call, need, flow, approval);
    }
    Instant soon = clock.instant().plus(Duration.ofMinutes(10));
    return ask(call, flow, CONFIRMATION, LoginPrompt.confirmation(approval), soon);
  }

  private Interim ask(
      Call call, LoginFlow flow, String key, ObjectNode question, Instant expiresAt) {
    ObjectNode requests = JsonRpc.object();
    requests.putObject(key).put("method", "elicitation/create").set("params", question);
    RequestState.Content content =
        new RequestState.Content(RequestState.Kind.LOGIN, flow.id(), interrupted(call));
    return Interim.inputRequired(requests, states.seal(content, call, expiresAt));
  }

  /** The server's own round of questions, if this one came in between. */
  private ObjectNode interrupted(Call call) {
    ObjectNode kept = JsonRpc.object();
    for (String member : new String[] {"requestState", "inputResponses"}) {
      if (call.params().has(member)) {
        kept.set(member, call.params().get(member));
      }
    }
    return kept;
  }
}
