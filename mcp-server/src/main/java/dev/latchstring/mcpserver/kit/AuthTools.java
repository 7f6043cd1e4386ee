package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.mcpserver.front.LoginConversation;
import dev.latchstring.mcpserver.front.OwnTools;
import dev.latchstring.mcpserver.front.ToolText;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The tools with which a model logs its user in and out, and tells how that stands. */
public final class AuthTools implements OwnTools {
  public static final String LOGIN = "auth_login";
  public static final String STATUS = "auth_status";
  public static final String LOGOUT = "auth_logout";
  public static final String SWITCH = "auth_switch_account";

  static final Set<String> NAMES = Set.of(LOGIN, STATUS, LOGOUT, SWITCH);

  private final KitParts parts;
  private final KitLogins logins;
  private final Runnable onChange;

  /**
   * @param onChange runs when a login has gone or another account is meant
   */
  AuthTools(KitParts parts, KitLogins logins, Runnable onChange) {
    this.parts = parts;
    this.logins = logins;
    this.onChange = onChange;
  }

  @Override
  public boolean has(String name) {
    return NAMES.contains(name) && isOfUse();
  }

  /** Where every token is of the environment, nobody logs in here. */
  private boolean isOfUse() {
    return !logins.providers().stream().allMatch(ProviderLogin::isGiven);
  }

  /** The server can always be asked, and lists them with its own. */
  @Override
  public List<ObjectNode> definitions() {
    return List.of();
  }

  @Override
  public List<ObjectNode> beside(HostFace face) {
    List<ObjectNode> tools = new ArrayList<>();
    if (isOfUse()) {
      tools.add(login());
      tools.add(
          tool(
              STATUS, "Login status", "Tells who is logged in where, and what was granted.", true));
      tools.add(
          tool(
              LOGOUT,
              "Log out",
              "Revokes and forgets a login, so that it is asked for again.",
              false));
      if (!face.stateless()) {
        tools.add(switching());
      }
    }
    return tools;
  }

  private ObjectNode login() {
    ObjectNode tool =
        tool(
            LOGIN,
            "Log in",
            "Logs the user in. Shows an address for the user to open, and the code to enter there if"
                + " there is one; call it again after they approved.",
            false);
    LoginConversation.describe(tool.withObject("/inputSchema/properties"));
    return tool;
  }

  private ObjectNode switching() {
    ObjectNode tool =
        tool(
            SWITCH,
            "Switch account",
            "From now on uses another of the user's accounts, by the name the user gave it; log in"
                + " afterwards if nobody is logged in to it.",
            false);
    tool.withObject("/inputSchema").putArray("required").add("account");
    return tool;
  }

  private ObjectNode tool(String name, String title, String description, boolean readOnly) {
    ObjectNode tool = JsonRpc.object().put("name", name).put("title", title);
    tool.put("description", description);
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    if (logins.providers().size() > 1) {
      ObjectNode provider = properties.putObject("provider").put("type", "string");
      logins.providers().forEach(login -> provider.withArray("/enum").add(login.provider().name()));
      provider.put("description", "Where; the first unless said otherwise.");
    }
    properties
        .putObject("account")
        .put("type", "string")
        .put("minLength", 1)
        .put("maxLength", 64)
        .put("description", "The name of one of several accounts; the current one unless given.");
    schema.put("additionalProperties", false);
    tool.putObject("annotations").put("readOnlyHint", readOnly).put("destructiveHint", false);
    return tool;
  }

  @Override
  public ObjectNode call(Call call, LoginPresenter presenter) {
    logins.metHost(call.face());
    ObjectNode arguments = JsonRpc.objectAt(call.params(), "arguments");
    try {
      ProviderLogin provider = logins.provider(JsonRpc.textAt(arguments, "provider"));
      AccountLogin account = provider.account(name(call, arguments));
      return switch (String.valueOf(JsonRpc.textAt(call.params(), "name"))) {
        case LOGIN -> logIn(call, arguments, provider, account, presenter);
        case STATUS -> ToolText.of(status());
        case LOGOUT -> ToolText.of(logOut(account));
        default -> ToolText.of(switchTo(call, provider, account));
      };
    } catch (RpcError e) {
      return ToolText.error(e.message());
    } catch (ClientException e) {
      return ToolText.error(AccountLogin.text(e));
    }
  }

  /** What the call says; else what its metadata says. */
  private static @Nullable String name(Call call, ObjectNode arguments) {
    String named = JsonRpc.textAt(arguments, "account");
    return named != null
        ? named
        : JsonRpc.textAt(call.params().path("_meta"), ToolGate.ACCOUNT_KEY);
  }

  private ObjectNode logIn(
      Call call,
      ObjectNode arguments,
      ProviderLogin provider,
      AccountLogin account,
      LoginPresenter presenter) {
    if (account.isGiven()) {
      return ToolText.of("The token for " + account.provider().name() + " is of the environment.");
    }
    LoginFlow running = account.desk().running();
    Scope waiting = running == null ? provider.waiting(account) : null;
    if (running == null && waiting == null && account.held() != null) {
      return ToolText.of(describe(account));
    }
    LoginRequired need = parts.login(account, waiting);
    ObjectNode answer =
        running == null
            ? LoginConversation.answerLeft(account.desk(), need, call, arguments)
            : LoginConversation.answer(running, call, arguments);
    if (answer != null) {
      return answer;
    }
    presenter.login(need, call);
    return ToolText.of(describe(account));
  }

  private String status() {
    List<String> lines = new ArrayList<>();
    for (ProviderLogin provider : logins.providers()) {
      if (provider.isGiven()) {
        lines.add(provider.provider().name() + ": a token of the environment.");
      } else {
        for (String name : provider.names()) {
          String mark = name.equals(provider.current()) ? " (current)" : "";
          lines.add(describe(provider.account(name)) + mark);
        }
      }
    }
    return String.join("\n", lines);
  }

  private static String describe(AccountLogin account) {
    String where =
        account.provider().name() + ", account " + Quoted.text(account.name(), 64) + ": ";
    Optional<LoginStatus> status = account.status().filter(known -> !known.ended());
    if (status.isEmpty()) {
      return where + "nobody is logged in.";
    }
    LoginStatus login = status.get();
    return where
        + "logged in as "
        + Quoted.text(login.identity().display(), 80)
        + (login.scope().isEmpty() ? "" : ", may " + Quoted.text(login.scope().toString(), 300))
        + (login.expiresAt() == null || login.refreshable()
            ? "."
            : ", until " + login.expiresAt() + ".");
  }

  private String logOut(AccountLogin account) {
    if (account.isGiven()) {
      return "The token for "
          + account.provider().name()
          + " is of the environment: nobody logs out of it here.";
    }
    LoginDesk desk = account.deskInUse();
    LoginFlow running = desk == null ? null : desk.running();
    if (running != null) {
      running.cancel("the person logged out");
    }
    LogoutResult result = account.logout();
    onChange.run();
    String where =
        account.provider().name() + ", account " + Quoted.text(account.name(), 64) + ": ";
    return where
        + switch (result.revocation()) {
          case NOTHING_STORED -> "nobody was logged in.";
          case REVOKED -> "logged out; the tokens are revoked and forgotten.";
          case NOT_OFFERED ->
              "logged out; the tokens are forgotten here, and the last one lives until it expires.";
          case FAILED ->
              "logged out here, but the tokens could not be revoked ("
                  + Quoted.plain(String.valueOf(result.detail()), 200)
                  + "): they may live until they expire.";
        };
  }

  private String switchTo(Call call, ProviderLogin provider, AccountLogin account) {
    if (call.face().stateless()) {
      throw new RpcError(
          RpcError.INVALID_PARAMS,
          "there is no session whose account could be switched: name the account in _meta[\""
              + ToolGate.ACCOUNT_KEY
              + "\"] of each request");
    }
    provider.switchTo(account.name());
    onChange.run();
    return describe(account);
  }
}
