package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bridge's own tool: starts a login, tells how it stands, takes the person's word on who
 * approved, and explains why the server cannot be used.
 */
public final class LoginTool implements OwnTools {
  private static final int MAX_ADDRESS = 8192;

  private final Relay relay;
  private final Logins logins;

  LoginTool(Relay relay, Logins logins) {
    this.relay = relay;
    this.logins = logins;
  }

  @Override
  public boolean has(String name) {
    return name.equals(Protocol.LOGIN_TOOL);
  }

  @Override
  public List<ObjectNode> definitions() {
    return List.of(definition());
  }

  private ObjectNode definition() {
    ObjectNode tool = JsonRpc.object().put("name", Protocol.LOGIN_TOOL);
    tool.put("title", "Log in");
    tool.put(
        "description",
        "Logs the user in to the server at "
            + relay.connection().title()
            + ". Shows an address for the user to open, and the code to enter there if there is"
            + " one; call it again after they approved. Also explains why the server is not"
            + " available.");
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    schema
        .putObject("properties")
        .putObject("confirm")
        .put("type", "boolean")
        .put(
            "description",
            "Only after the tool asked who approved the login: true if the user says it is their"
                + " account, false if not.");
    schema
        .withObject("/properties")
        .putObject("came_back_to")
        .put("type", "string")
        .put("maxLength", MAX_ADDRESS)
        .put(
            "description",
            "Only where the tool asked for it: the whole address that the user's browser ended at"
                + " and could not open.");
    schema.put("additionalProperties", false);
    tool.putObject("annotations").put("readOnlyHint", false).put("destructiveHint", false);
    return tool;
  }

  @Override
  public ObjectNode call(Call call, LoginPresenter presenter) {
    JsonNode confirm = JsonRpc.objectAt(call.params(), "arguments").path("confirm");
    LoginFlow running = logins.running();
    if (confirm.isBoolean() && running != null) {
      return decide(running, confirm.booleanValue());
    }
    String cameBackTo =
        JsonRpc.textAt(JsonRpc.objectAt(call.params(), "arguments"), "came_back_to");
    if (cameBackTo != null && running != null) {
      String wrong =
          cameBackTo.length() > MAX_ADDRESS ? "it is too long" : running.paste(cameBackTo.strip());
      if (wrong != null) {
        return text("That address cannot be used: " + Quoted.plain(wrong, 300), true);
      }
    }
    try {
      LoginRequired need = need(call, running);
      if (need != null) {
        presenter.login(need, call);
        relay.loggedIn();
      }
      return text(loggedIn(), false);
    } catch (RpcError e) {
      return text(e.message(), true);
    }
  }

  private static ObjectNode decide(LoginFlow flow, boolean theirs) {
    if (!theirs) {
      flow.discard("the account that approved is not the person's here");
    }
    return switch (theirs ? flow.confirm() : flow.state()) {
      case LoginFlow.State.Finished finished ->
          text("Logged in. The server's tools are listed now.", false);
      case LoginFlow.State.Failed failed -> text("Not logged in: " + failed.problem(), true);
      case LoginFlow.State.Ended ended -> text("Not logged in: " + ended.reason() + ".", true);
      default -> text("Nobody has approved the login yet.", true);
    };
  }

  private @Nullable LoginRequired need(Call call, @Nullable LoginFlow running) {
    try {
      relay.connection().ready(call.face());
    } catch (LoginRequired need) {
      return need;
    }
    LoginRequired wanted = relay.wanted();
    if (wanted == null && running != null) {
      return new LoginRequired(401, List.of());
    }
    return wanted;
  }

  private String loggedIn() {
    String person = logins.desk(new LoginRequired(401, List.of())).loggedInAs();
    return person == null
        ? "The server is connected and asks for no login."
        : "Logged in as " + person + ". The server's tools are listed now.";
  }

  private static ObjectNode text(String text, boolean error) {
    ObjectNode result = JsonRpc.object();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result.put("isError", error);
  }
}
