package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bridge's own tool: starts a login, tells how it stands, takes the person's word on who
 * approved, and explains why the server cannot be used.
 */
public final class LoginTool implements OwnTools {
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

  /** Once the server can be asked, the tool is of no use. */
  @Override
  public List<ObjectNode> beside(HostFace face) {
    return List.of();
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
    LoginConversation.describe(schema.putObject("properties"));
    schema.put("additionalProperties", false);
    tool.putObject("annotations").put("readOnlyHint", false).put("destructiveHint", false);
    return tool;
  }

  @Override
  public ObjectNode call(Call call, LoginPresenter presenter) {
    LoginFlow running = logins.running();
    ObjectNode arguments = JsonRpc.objectAt(call.params(), "arguments");
    ObjectNode answer = running == null ? null : LoginConversation.answer(running, call, arguments);
    if (answer != null) {
      return answer;
    }
    try {
      LoginRequired need = need(call, running);
      if (need != null && running == null) {
        ObjectNode left = LoginConversation.answerLeft(logins.desk(need), need, call, arguments);
        if (left != null) {
          relay.loggedIn();
          return left;
        }
      }
      if (need != null) {
        presenter.login(need, call);
        relay.loggedIn();
      }
      return ToolText.of(loggedIn());
    } catch (RpcError e) {
      return ToolText.error(e.message());
    }
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
}
