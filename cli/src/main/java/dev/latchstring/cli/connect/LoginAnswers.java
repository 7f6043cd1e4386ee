package dev.latchstring.cli.connect;

import dev.latchstring.client.login.Approval;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request is answered while there is no login and its host cannot be asked: a tool call gets
 * a result with {@code isError}, which the model reads out; any other request gets {@link
 * RpcError#LOGIN_REQUIRED}. Both carry the same data. Never a success that says "please log in".
 */
final class LoginAnswers {
  private static final String AGAIN =
      "\n\nShow this to the user unchanged. After they approved, call "
          + Protocol.LOGIN_TOOL
          + " or repeat the call.";

  private LoginAnswers() {}

  /** The person has to open the page. */
  static RuntimeException open(Call call, LoginRequired need, LoginFlow flow, LoginPage page) {
    ObjectNode data = data(need);
    data.set("login", login(flow, page));
    return answer(
        call, "A login is needed first. " + LoginPrompt.text(page, call.face()) + AGAIN, data);
  }

  /** Somebody approved, and the person here has to say whether that was them. */
  static RuntimeException confirm(
      Call call, LoginRequired need, LoginFlow flow, Approval approval) {
    ObjectNode data = data(need);
    data.putObject("login")
        .put("tool", Protocol.LOGIN_TOOL)
        .put("flow", flow.id())
        .put("approved_by", Quoted.plain(approval.identity().display(), 80));
    return answer(
        call,
        LoginPrompt.question(approval)
            + "\n\nAsk the user. If it is their account, call "
            + Protocol.LOGIN_TOOL
            + " with {\"confirm\": true}; if not, with {\"confirm\": false}.",
        data);
  }

  /** The login ended without a token. */
  static RuntimeException ended(Call call, LoginRequired need, String reason) {
    ObjectNode data = data(need).put("error", "access_denied");
    return answer(
        call,
        "Not logged in: " + reason + ". Call " + Protocol.LOGIN_TOOL + " to try again.",
        data);
  }

  /** The login could not be carried out. */
  static RuntimeException failed(
      Call call, LoginRequired need, String problem, @Nullable String hint) {
    ObjectNode data = data(need);
    if (hint != null) {
      data.put("hint", hint);
    }
    String advice = hint == null ? "" : " (hint: " + hint + ")";
    return answer(call, "The login is not possible: " + problem + advice, data);
  }

  static ObjectNode data(LoginRequired need) {
    ObjectNode data = JsonRpc.object().put("status", need.status()).put("error", need.error());
    put(data, "scope", need.scope());
    put(data, "resource_metadata", need.resourceMetadata());
    need.challenges().stream()
        .map(challenge -> challenge.parameter("acr_values"))
        .filter(acr -> acr != null)
        .findFirst()
        .ifPresent(acr -> data.put("acr_values", acr));
    data.putObject("login").put("tool", Protocol.LOGIN_TOOL);
    return data;
  }

  private static ObjectNode login(LoginFlow flow, LoginPage page) {
    ObjectNode login = JsonRpc.object().put("tool", Protocol.LOGIN_TOOL).put("flow", flow.id());
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
