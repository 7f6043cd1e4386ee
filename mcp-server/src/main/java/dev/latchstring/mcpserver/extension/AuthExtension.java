package dev.latchstring.mcpserver.extension;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The methods of {@code dev.latchstring/auth}. Each is answered in both eras, to hosts that
 * declared the extension; -32021 to any other. Safe for use by many threads.
 */
public final class AuthExtension implements AutoCloseable {
  /** How long the authorization server may take until there is something to show. */
  private static final Duration CODE_PATIENCE = Duration.ofSeconds(20);

  private static final int MAX_TOOLS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(AuthExtension.class);

  private final AuthSubjects subjects;
  private final Runnable onChange;
  private final DeliveryEnds ends;

  /**
   * @param onChange runs after each delivery and logout, and when a delivered token has ended
   */
  public AuthExtension(AuthSubjects subjects, Runnable onChange, Clock clock) {
    this.subjects = subjects;
    this.onChange = onChange;
    this.ends = new DeliveryEnds(onChange, clock);
  }

  /** Whether a method, or a notification, is the extension's, so that no server may see it. */
  public static boolean owns(String method) {
    return method.startsWith(Protocol.AUTH_METHODS) || method.equals(Protocol.AUTH_CHANGED);
  }

  /**
   * The result, in the host's era.
   *
   * @param declared whether the host declared the extension
   * @throws RpcError -32021, -32601, -32602; -31403 where something was refused, and why
   */
  public ObjectNode handle(
      String method,
      ObjectNode params,
      HostFace face,
      boolean declared,
      Cancellation cancellation) {
    if (!declared) {
      throw AuthDeclaration.undeclared();
    }
    try {
      ObjectNode result =
          switch (method.substring(Math.min(Protocol.AUTH_METHODS.length(), method.length()))) {
            case "describe" -> describe(new AuthParams(method, params, "provider"));
            case "status" ->
                status(new AuthParams(method, params, "provider", "account", "flow"), face);
            case "login" ->
                login(
                    new AuthParams(
                        method,
                        params,
                        "provider",
                        "account",
                        "scope",
                        "flow",
                        "confirm",
                        "cancel",
                        "came_back_to"),
                    face,
                    cancellation);
            case "deliver" ->
                deliver(
                    new AuthParams(
                        method,
                        params,
                        "provider",
                        "account",
                        "access_token",
                        "token_type",
                        "issuer",
                        "resource",
                        "scope",
                        "expires_at"));
            case "logout" -> logout(new AuthParams(method, params, "provider", "account", "all"));
            default ->
                throw new RpcError(
                    RpcError.METHOD_NOT_FOUND,
                    "the methods are describe, status, login, deliver and logout");
          };
      return face.stateless() ? result.put("resultType", "complete") : result;
    } catch (OAuthException e) {
      throw refused(e.code(), e.description(), null);
    } catch (ClientException e) {
      boolean later = e.problem() == Problem.NETWORK;
      throw refused(
          later ? ErrorCode.TEMPORARILY_UNAVAILABLE : ErrorCode.ACCESS_DENIED,
          e.description(),
          e.hint());
    }
  }

  /** The notification's params: how every account stands. */
  public ObjectNode changed() {
    ObjectNode params = JsonRpc.object();
    accounts(params, subjects.all());
    return params;
  }

  @Override
  public void close() {
    ends.close();
  }

  private ObjectNode describe(AuthParams params) {
    String wanted = params.name("provider");
    ObjectNode result = JsonRpc.object();
    ArrayNode providers = result.putArray("providers");
    for (String name : providers(wanted)) {
      List<AuthSubject> own = of(name.isEmpty() ? null : name);
      providers.add(described(name.isEmpty() ? null : name, own));
    }
    ArrayNode tools = result.putArray("tools");
    subjects.tools().stream()
        .filter(tool -> tool.path("_meta").path(Protocol.AUTHORIZATION).isObject())
        .limit(MAX_TOOLS)
        .forEach(tool ->
            tools
                .addObject()
                .put("name", tool.path("name").asString(""))
                .set("authorization", tool.path("_meta").path(Protocol.AUTHORIZATION)));
    return result;
  }

  /** The empty text stands for the provider without a name. */
  private Set<String> providers(@Nullable String wanted) {
    Set<String> names = new LinkedHashSet<>();
    for (AuthSubject subject : wanted == null ? subjects.all() : List.of(subject(wanted, null))) {
      names.add(subject.provider() == null ? "" : subject.provider());
    }
    return names;
  }

  private List<AuthSubject> of(@Nullable String provider) {
    return subjects.all().stream()
        .filter(subject -> Objects.equals(subject.provider(), provider))
        .toList();
  }

  private static ObjectNode described(@Nullable String provider, List<AuthSubject> own) {
    List<String> accounts = new ArrayList<>();
    try {
      own.forEach(subject -> accounts.add(subject.account().name()));
      AuthSubject first = own.getFirst();
      return AuthAnswers.provider(provider, accounts, first.account().discover(first.options()));
    } catch (ClientException e) {
      return AuthAnswers.provider(provider, accounts, e);
    }
  }

  private ObjectNode status(AuthParams params, HostFace face) {
    String flow = params.name("flow");
    String provider = params.name("provider");
    String account = params.name("account");
    if (flow != null) {
      requireAlone(provider, account, null);
      return told(flow, face);
    }
    ObjectNode result = JsonRpc.object();
    boolean all = provider == null && account == null;
    accounts(result, all ? subjects.all() : List.of(subject(provider, account)));
    return result;
  }

  private static void accounts(ObjectNode told, List<AuthSubject> subjects) {
    ArrayNode accounts = told.putArray("accounts");
    subjects.forEach(subject -> accounts.add(AuthAnswers.subject(subject)));
  }

  private ObjectNode login(AuthParams params, HostFace face, Cancellation cancellation) {
    String provider = params.name("provider");
    String account = params.name("account");
    Scope scope = params.scope();
    String flow = params.name("flow");
    if (flow != null) {
      requireAlone(provider, account, scope);
      return goOn(flow, params, face);
    }
    if (params.truth("confirm") != null
        || params.truth("cancel") != null
        || params.text("came_back_to", AuthParams.MAX_ADDRESS) != null) {
      throw AuthParams.invalid("params.flow says which login that is about");
    }
    AuthSubject subject = subject(provider, account);
    LoginDesk.Ticket ticket = subject.desk().begin(need(subject, scope, face), face);
    LoginFlow.State state = ticket.flow().awaitCode(CODE_PATIENCE, cancellation);
    LOG.debug("{} a login: {}", ticket.started() ? "started" : "joined", state.getClass());
    return AuthAnswers.flow(ticket.flow(), subject, face).put("started", ticket.started());
  }

  /** What a host names is asked for as a server would ask for more. */
  private static LoginRequired need(AuthSubject subject, @Nullable Scope scope, HostFace face) {
    LoginRequired need = subject.need().apply(face);
    if (scope == null) {
      return need;
    }
    Challenge more =
        Challenge.of("Bearer")
            .with("error", ErrorCode.INSUFFICIENT_SCOPE.code())
            .with("scope", scope.toString())
            .with("resource_metadata", need.resourceMetadata());
    return new LoginRequired(403, List.of(more), need.at());
  }

  /** What the person says of a login that was shown to them. */
  private ObjectNode goOn(String id, AuthParams params, HostFace face) {
    Boolean confirm = params.truth("confirm");
    Boolean cancel = params.truth("cancel");
    String cameBackTo = params.text("came_back_to", AuthParams.MAX_ADDRESS);
    long said = Stream.of(confirm, cancel, cameBackTo).filter(Objects::nonNull).count();
    if (said > 1 || Boolean.FALSE.equals(cancel)) {
      throw AuthParams.invalid(
          "with params.flow goes one of confirm, came_back_to and cancel, which is true");
    }
    LoginFlow flow = flow(id);
    if (cancel != null) {
      flow.cancel("the person at the host does not want it");
    } else if (cameBackTo != null) {
      if (flow.paste(cameBackTo.strip()) != null) {
        throw AuthParams.invalid("params.came_back_to is not where this login ends");
      }
    } else if (Boolean.TRUE.equals(confirm)) {
      LoginFlow.State state = flow.confirm();
      LOG.debug("confirmed: {}", state.getClass());
    } else if (Boolean.FALSE.equals(confirm)) {
      flow.discard("the account that approved is not the person's here");
    }
    return told(id, face);
  }

  private LoginFlow flow(String id) {
    for (AuthSubject subject : subjects.all()) {
      LoginFlow flow = subject.desk().find(id);
      if (flow != null) {
        return flow;
      }
    }
    throw AuthParams.invalid("there is no such login; a newer one may have taken its place");
  }

  private ObjectNode told(String id, HostFace face) {
    for (AuthSubject subject : subjects.all()) {
      LoginFlow flow = subject.desk().find(id);
      if (flow != null) {
        return AuthAnswers.flow(flow, subject, face);
      }
    }
    throw AuthParams.invalid("there is no such login; a newer one may have taken its place");
  }

  private ObjectNode deliver(AuthParams params) {
    AuthSubject subject = subject(params.name("provider"), params.name("account"));
    Delivery delivery = params.delivery();
    LoginStatus status = subject.account().deliver(delivery, subject.options());
    LOG.info("the host delivered a token for {}", subject.account().server());
    subject.account().whenRejected(onChange);
    ends.watch(subject, status.expiresAt());
    onChange.run();
    return AuthAnswers.subject(subject);
  }

  private ObjectNode logout(AuthParams params) {
    AuthSubject subject = subject(params.name("provider"), params.name("account"));
    boolean all = Boolean.TRUE.equals(params.truth("all"));
    LoginFlow running = subject.desk().running();
    if (running != null) {
      running.cancel("the person at the host logged out");
    }
    boolean delivered = subject.account().forgetDelivered();
    ends.forget(subject);
    ObjectNode result = JsonRpc.object();
    if (delivered && !all) {
      result.put("ended", "delivered");
    } else {
      LogoutResult ended = subject.account().logout();
      boolean stored = ended.revocation() != LogoutResult.Revocation.NOTHING_STORED;
      result.put("ended", stored ? "login" : delivered ? "delivered" : "nothing");
      if (stored) {
        result.put("revocation", AuthAnswers.revocation(ended));
        if (ended.detail() != null) {
          result.put("detail", Quoted.plain(ended.detail(), 300));
        }
      }
    }
    onChange.run();
    accounts(result, List.of(subject));
    return result;
  }

  private static void requireAlone(
      @Nullable String provider, @Nullable String account, @Nullable Scope scope) {
    if (provider != null || account != null || scope != null) {
      throw AuthParams.invalid("params.flow stands without provider, account and scope");
    }
  }

  private AuthSubject subject(@Nullable String provider, @Nullable String account) {
    AuthSubject found = subjects.find(provider, account);
    if (found != null) {
      return found;
    }
    throw AuthParams.invalid("there is no such provider or account; see describe");
  }

  private static RpcError refused(ErrorCode error, String why, @Nullable String hint) {
    ObjectNode auth =
        JsonRpc.object()
            .put("status", error == ErrorCode.TEMPORARILY_UNAVAILABLE ? 503 : 403)
            .put("error", error.code());
    if (hint != null) {
      auth.put("hint", Quoted.plain(hint, 300));
    }
    ObjectNode data = JsonRpc.object();
    data.set(Protocol.AUTH_DATA, auth);
    return new RpcError(RpcError.REFUSED, Quoted.plain(why, 600), data);
  }
}
