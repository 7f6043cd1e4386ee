package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a tool that logs in takes from the person while a login runs. */
public final class LoginConversation {
  private static final int MAX_ADDRESS = 8192;

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
        .putObject("came_back_to")
        .put("type", "string")
        .put("maxLength", MAX_ADDRESS)
        .put(
            "description",
            "Only where the tool asked for it: the whole address that the user's browser ended at"
                + " and could not open.");
  }

  /**
   * Gives a running login what the person said.
   *
   * @return the tool's answer; null where the login is to be waited for
   */
  public static @Nullable ObjectNode answer(LoginFlow running, ObjectNode arguments) {
    JsonNode confirm = arguments.path("confirm");
    if (confirm.isBoolean()) {
      return decide(running, confirm.booleanValue());
    }
    String cameBackTo = JsonRpc.textAt(arguments, "came_back_to");
    if (cameBackTo == null) {
      return null;
    }
    String wrong =
        cameBackTo.length() > MAX_ADDRESS ? "it is too long" : running.paste(cameBackTo.strip());
    return wrong == null
        ? null
        : ToolText.error("That address cannot be used: " + Quoted.plain(wrong, 300));
  }

  private static ObjectNode decide(LoginFlow flow, boolean theirs) {
    if (!theirs) {
      flow.discard("the account that approved is not the person's here");
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
