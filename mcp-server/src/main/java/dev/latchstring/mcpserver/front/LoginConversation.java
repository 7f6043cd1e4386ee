package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a tool that logs in takes from the person while a login runs. */
public final class LoginConversation {
  private static final int MAX_ADDRESS = 8192;
  private static final int MAX_NAME = 300;

  private LoginConversation() {}

  /** Adds the arguments to the properties of a tool's input schema. */
  public static void describe(ObjectNode properties) {
    properties
        .putObject("confirm")
        .put("type", "boolean")
        .put(
            "description",
            "Only after the tool asked who approved the login: true if the user says it is their"
                + " account, false if not.");
    properties
        .putObject("approved_by")
        .put("type", "string")
        .put("maxLength", MAX_NAME)
        .put("description", "With confirm: the account that the tool named, as it named it.");
    properties
        .putObject("came_back_to")
        .put("type", "string")
        .put("maxLength", MAX_ADDRESS)
        .put(
            "description",
            "Only where the tool asked for it: the whole address that the user's browser ended at"
                + " and could not open.");
  }

  /**
   * Gives a running login what the person said. Who names the account that approved was told of it,
   * perhaps by a process that has ended: this one finds out first.
   *
   * @return the tool's answer; null where the login is to be waited for
   */
  public static @Nullable ObjectNode answer(LoginFlow running, Call call, ObjectNode arguments) {
    JsonNode confirm = arguments.path("confirm");
    if (confirm.isBoolean()) {
      String named = JsonRpc.textAt(arguments, "approved_by");
      if (named != null) {
        running.awaitDecision(LoginPresenter.RETRY_PATIENCE, call.cancellation());
      }
      return decide(running, confirm.booleanValue(), named);
    }
    if (!confirm.isMissingNode() && !confirm.isNull()) {
      return ToolText.error("confirm has to be true or false, as JSON has them: no text.");
    }
    String cameBackTo = JsonRpc.textAt(arguments, "came_back_to");
    if (cameBackTo == null) {
      return null;
    }
    String wrong =
        cameBackTo.length() > MAX_ADDRESS ? "it is too long" : running.paste(cameBackTo.strip());
    return wrong == null
        ? null
        : ToolText.error("That address cannot be used: " + wrong); // our words, with our address
  }

  /**
   * The same where no login runs here, because the process that began it has ended and left it: it
   * is joined, and confirmed for the account that the person was told of there.
   */
  public static @Nullable ObjectNode answerLeft(
      LoginDesk desk, LoginRequired need, Call call, ObjectNode arguments) {
    if (!arguments.path("confirm").asBoolean(false) || !arguments.path("approved_by").isString()) {
      return null;
    }
    LoginFlow flow = desk.begin(need, call.face()).flow();
    LoginFlow.State state = flow.awaitDecision(LoginPresenter.RETRY_PATIENCE, call.cancellation());
    return state instanceof LoginFlow.State.Approved ? answer(flow, call, arguments) : null;
  }

  private static ObjectNode decide(LoginFlow flow, boolean theirs, @Nullable String named) {
    if (!theirs) {
      flow.discard("the account that approved is not the person's here");
    } else if (flow.state() instanceof LoginFlow.State.Approved approved) {
      String who = Quoted.plain(approved.approval().identity().display(), 80);
      if (named == null ? !flow.isWhoTold() : !named.equals(who)) {
        flow.toldWho();
        return ToolText.error(
            "Not confirmed: the login was approved by “"
                + who
                + "”. Ask the user whether that is their account, and confirm with approved_by.");
      }
    }
    return switch (theirs ? flow.confirm() : flow.state()) {
      case LoginFlow.State.Finished finished ->
          ToolText.of("Logged in. The server's tools are listed now.");
      case LoginFlow.State.Failed failed -> ToolText.error("Not logged in: " + failed.problem());
      case LoginFlow.State.Ended ended -> ToolText.error("Not logged in: " + ended.reason() + ".");
      default -> ToolText.error("Nobody has approved the login yet.");
    };
  }
}
