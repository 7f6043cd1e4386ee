package dev.latchstring.mcpserver.login;

import dev.latchstring.client.login.Approval;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request is answered while there is no login and its host cannot be asked: a tool call gets
 * a result with {@code isError}, which the model reads out; any other request gets {@link
 * RpcError#LOGIN_REQUIRED}. Both carry the same data. Never a success that says "please log in".
 */
public final class LoginAnswers {
  private final String tool;

  /**
   * @param tool the name of the tool that starts and explains logins
   */
  public LoginAnswers(String tool) {
    this.tool = tool;
  }

  /** A request that was given up by a login it needs, with no login begun. */
  public RpcError needed(LoginRequired need) {
    ObjectNode data = JsonRpc.object();
    data.set(Protocol.AUTH_DATA, data(need));
    return new RpcError(RpcError.LOGIN_REQUIRED, "a login is needed; call the tool " + tool, data);
  }

  /** The person has to open the page. */
  public RuntimeException open(Call call, LoginRequired need, LoginFlow flow, LoginPage page) {
    ObjectNode data = data(need);
    data.set("login", login(flow, page));
    return answer(
        call,
        why(need)
            + LoginPrompt.text(page, call.face(), tool)
            + "\n\nShow this to the user unchanged. After they approved, call "
            + tool
            + " or repeat the call.",
        data);
  }

  /** A person who is logged in wonders why they are asked again. */
  static String why(LoginRequired need) {
    if (need.error().equals("insufficient_user_authentication")) {
      return "The server wants to know once more, or more surely, who this is. ";
    }
    if (need.status() != 403) {
      return "A login is needed first. ";
    }
    String scope = need.scope();
    return "This needs more rights than there are so far"
        + (scope == null ? ". " : ": " + LoginPrompt.scopes(scope) + ". ");
  }

  /** Somebody approved, and the person here has to say whether that was them. */
  public RuntimeException confirm(
      Call call, LoginRequired need, LoginFlow flow, Approval approval) {
    String who = Quoted.plain(approval.identity().display(), 80);
    flow.toldWho();
    ObjectNode data = data(need);
    data.putObject("login").put("tool", tool).put("flow", flow.id()).put("approved_by", who);
    return answer(
        call,
        LoginPrompt.question(approval)
            + "\n\nAsk the user. If it is their account, call "
            + tool
            + " with {\"confirm\": true, \"approved_by\": \""
            + who.replace("\\", "\\\\")
            + "\"}; if not, with {\"confirm\": false}.",
        data);
  }

  /** The login ended without a token. */
  public RuntimeException ended(Call call, LoginRequired need, String reason) {
    ObjectNode data = data(need).put("error", "access_denied");
    return answer(call, "Not logged in: " + reason + ". Call " + tool + " to try again.", data);
  }

  /** The login could not be carried out. */
  public RuntimeException failed(
      Call call, LoginRequired need, String problem, @Nullable String hint) {
    ObjectNode data = data(need);
    if (hint != null) {
      data.put("hint", hint);
    }
    String advice = hint == null ? "" : " (hint: " + hint + ")";
    return answer(call, "The login is not possible: " + problem + advice, data);
  }

  private ObjectNode data(LoginRequired need) {
    ObjectNode data = JsonRpc.object().put("status", need.status()).put("error", need.error());
    put(data, "scope", need.scope());
    put(data, "resource_metadata", need.resourceMetadata());
    need.challenges().stream()
        .map(challenge -> challenge.parameter("acr_values"))
        .filter(acr -> acr != null)
        .findFirst()
        .ifPresent(acr -> data.put("acr_values", acr));
    data.putObject("login").put("tool", tool);
    return data;
  }

  private ObjectNode login(LoginFlow flow, LoginPage page) {
    ObjectNode login = JsonRpc.object().put("tool", tool).put("flow", flow.id());
    if (page.userCode() == null) {
      login.put("authorization_uri", page.page().toString());
    } else {
      login.put("verification_uri", page.page().toString());
      if (!page.complete().equals(page.page())) {
        login.put("verification_uri_complete", page.complete().toString());
      }
      login.put("user_code", page.userCode());
    }
    return login
        .put("expires_at", page.expiresAt().toString())
        .put("interval", page.interval().toSeconds());
  }

  private static RuntimeException answer(Call call, String text, ObjectNode data) {
    if (call.method().equals("tools/call")) {
      return Interim.toolError(text, data);
    }
    ObjectNode wrapped = JsonRpc.object();
    wrapped.set(Protocol.AUTH_DATA, data);
    return new RpcError(RpcError.LOGIN_REQUIRED, text, wrapped);
  }

  private static void put(ObjectNode data, String name, @Nullable String value) {
    if (value != null) {
      data.put(name, value);
    }
  }
}
