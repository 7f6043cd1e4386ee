package dev.latchstring.mcpserver.kit;

import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.mcpserver.tools.AuthError;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one declaration, asked on stdio: which tools a host is shown, which requests go on, and which
 * login would let one go on that does not.
 */
final class ToolGate implements Gate {
  /** Names the account that a request means. */
  static final String ACCOUNT_KEY = "dev.latchstring/account";

  private final KitParts parts;
  private final KitLogins logins;
  private final Set<String> open;
  private final @Nullable IdentityAssertions identities;
  private final LoginPresenter midCall;

  /**
   * @param open the tools that need nobody
   * @param identities whose word on who calls counts; null for nobody's
   * @param midCall shows a login that is needed in the middle of a call
   */
  ToolGate(
      KitParts parts,
      KitLogins logins,
      Set<String> open,
      @Nullable IdentityAssertions identities,
      LoginPresenter midCall) {
    this.parts = parts;
    this.logins = logins;
    this.open = Set.copyOf(open);
    this.identities = identities;
    this.midCall = midCall;
  }

  private ToolAuthorizer authorizer() {
    return parts.authorizer();
  }

  @Override
  public Admission admit(Call call) {
    logins.metHost(call.face());
    boolean tool = call.method().equals("tools/call");
    String name = JsonRpc.textAt(call.params(), "name");
    if (tool && name == null) {
      throw new RpcError(RpcError.INVALID_PARAMS, "params.name must be a string");
    }
    if ((name != null && tool && open.contains(name))
        || (!tool && authorizer().request(null, call.method()).isAllowed())) {
      return Admission.NOBODY;
    }
    String target = name == null ? JsonRpc.textAt(call.params(), "uri") : name;
    JsonNode arguments = call.params().get("arguments");
    AccountLogin account = account(call, tool ? name : null);
    AccountLogin.Held held = account.held();
    Caller caller = held == null ? null : held.caller();
    if (caller != null && identities != null) {
      // An assertion is good once, so it is looked at when nothing else is missing.
      Decision first = authorizer().call(caller, target == null ? "" : target, arguments);
      if (first.isAllowed() || !tool) {
        requireSamePerson(identities, call, target, arguments, caller);
      }
    }
    Decision decision = authorizer().admit(caller, call.method(), target, arguments);
    if (caller != null && decision.isAllowed()) {
      Access access = new Access(account, caller, midCall, call);
      return new Admission(caller, access);
    }
    throw answer(decision, account);
  }

  /**
   * @param tool null for another request, which falls under the default
   */
  private AccountLogin account(Call call, @Nullable String tool) {
    Requirement required = authorizer().requirement(tool == null ? "" : tool);
    JsonNode named = call.params().path("_meta").path(ACCOUNT_KEY);
    if (!named.isMissingNode() && !named.isString()) {
      throw new RpcError(
          RpcError.INVALID_PARAMS, "params._meta[\"" + ACCOUNT_KEY + "\"] must be a string");
    }
    String account = named.isString() ? named.stringValue() : null;
    return logins.provider(required.provider()).account(account);
  }

  /** A login is used for its own person and no other. */
  private void requireSamePerson(
      IdentityAssertions believed,
      Call call,
      @Nullable String target,
      @Nullable JsonNode arguments,
      Caller caller) {
    try {
      Caller asserted =
          believed
              .caller(call.params().get("_meta"), call.method(), target, arguments)
              .orElse(null);
      if (asserted != null && !asserted.isSamePerson(caller)) {
        authorizer().unbelieved(call.method(), target, ErrorCode.ACCESS_DENIED);
        throw error(
            AuthError.of(
                new Decision.Refused("the login here belongs to somebody else than who calls")));
      }
    } catch (OAuthException e) {
      authorizer().unbelieved(call.method(), target, e.code());
      throw error(
          e.code() == ErrorCode.TEMPORARILY_UNAVAILABLE
              ? AuthError.of(new Decision.Unavailable(e.description()))
              : AuthError.badIdentity(e.description()));
    }
  }

  private RuntimeException answer(Decision decision, AccountLogin account) {
    LoginRequired need =
        switch (decision) {
          case Decision.LoginNeeded login ->
              need(401, null, login.required(), login.acrValues(), login.maximumAge(), account);
          case Decision.InsufficientScope scope ->
              need(403, ErrorCode.INSUFFICIENT_SCOPE, scope.required(), List.of(), null, account);
          case Decision.InsufficientAuthentication login ->
              need(
                  401,
                  ErrorCode.INSUFFICIENT_USER_AUTHENTICATION,
                  login.required(),
                  login.acrValues(),
                  login.maximumAge(),
                  account);
          default -> null;
        };
    return need == null || account.isGiven() ? error(AuthError.of(decision)) : need;
  }

  private static LoginRequired need(
      int status,
      @Nullable ErrorCode error,
      Scope scope,
      List<String> acrValues,
      @Nullable Duration maximumAge,
      AccountLogin account) {
    Challenge challenge =
        Challenge.of("Bearer")
            .with("error", error == null ? null : error.code())
            .with("scope", scope.isEmpty() ? null : scope.toString())
            .with("acr_values", acrValues.isEmpty() ? null : String.join(" ", acrValues))
            .with("max_age", maximumAge == null ? null : Long.toString(maximumAge.toSeconds()));
    return new LoginRequired(status, List.of(challenge), account.key());
  }

  private static RpcError error(AuthError error) {
    ObjectNode data = Json.mapper().valueToTree(error.data());
    return new RpcError(error.code(), error.message(), data);
  }

  @Override
  public ObjectNode listed(Call call, ObjectNode result) {
    if (!(result.get("tools") instanceof ArrayNode all)) {
      return result;
    }
    logins.metHost(call.face());
    ArrayNode shown = JsonRpc.array();
    for (JsonNode tool : all) {
      if (isShown(call.face(), tool.path("name").asString(""))) {
        shown.add(tool);
      }
    }
    ObjectNode copy = result.deepCopy();
    copy.set("tools", shown);
    return copy;
  }

  private boolean isShown(HostFace face, String tool) {
    if (open.contains(tool)) {
      return true;
    }
    ProviderLogin provider = logins.provider(authorizer().requirement(tool).provider());
    // In the stateless era a list may not change because of a request: a login in memory is one's.
    boolean known = !face.stateless() || provider.isGiven() || parts.isKept();
    AccountLogin.Held held = known ? heldOrNull(provider) : null;
    if (held != null) {
      return authorizer().isListed(held.caller(), tool);
    }
    return !(authorizer().call(null, tool) instanceof Decision.Refused)
        && (face.stateless() || parts.mode() != Mode.TOOL);
  }

  /** A list is given also while the network is down. */
  private static AccountLogin.@Nullable Held heldOrNull(ProviderLogin provider) {
    try {
      return provider.account(null).held();
    } catch (RpcError e) {
      return null;
    }
  }
}
