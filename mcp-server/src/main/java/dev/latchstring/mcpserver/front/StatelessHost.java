package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.extension.AuthDeclaration;
import dev.latchstring.mcpserver.login.Interim;
import dev.latchstring.mcpserver.login.LoginAnswers;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.login.RequestState;
import dev.latchstring.mcpserver.login.StatelessLogin;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostChannel;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.HostRequest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** A host of 2026-07-28: every request says itself who asks and what it can be asked. */
public final class StatelessHost {
  /** Calls that wait for the host to come back with answers. */
  private static final int MAX_PARKED = 64;

  private final HostChannel host;
  private final Relay relay;
  private final Lists lists;
  private final OwnTools ownTools;
  private final Logins logins;
  private final LoginAnswers answers;
  private final KnownServer known;
  private final Subscriptions subscriptions;
  private final RequestState states;
  private final SecureRandom random;
  private final Clock clock;
  private final Map<String, StatelessCall> calls = new ConcurrentHashMap<>();

  StatelessHost(
      HostChannel host,
      Relay relay,
      Lists lists,
      OwnTools ownTools,
      Logins logins,
      LoginAnswers answers,
      KnownServer known,
      Subscriptions subscriptions,
      SecureRandom random,
      Clock clock) {
    this.host = host;
    this.relay = relay;
    this.lists = lists;
    this.ownTools = ownTools;
    this.logins = logins;
    this.answers = answers;
    this.known = known;
    this.subscriptions = subscriptions;
    this.states = new RequestState(random, clock);
    this.random = random;
    this.clock = clock;
  }

  static boolean isStateless(ObjectNode params) {
    return params.path("_meta").has(Protocol.META_VERSION);
  }

  /**
   * Reads a request's face.
   *
   * @throws RpcError -32022 for another version, -32602 where a required member is missing
   */
  static HostFace face(ObjectNode params) {
    JsonNode meta = params.path("_meta");
    String version = JsonRpc.textAt(meta, Protocol.META_VERSION);
    if (!Protocol.STATELESS.equals(version)) {
      ObjectNode data = JsonRpc.object();
      data.set("supported", JsonRpc.strings(Protocol.ALL_VERSIONS));
      data.put("requested", version == null ? "" : version);
      throw new RpcError(
          RpcError.UNSUPPORTED_VERSION,
          "with " + Protocol.META_VERSION + " only " + Protocol.STATELESS + " is spoken",
          data);
    }
    if (!(meta.get(Protocol.META_CLIENT_CAPABILITIES) instanceof ObjectNode capabilities)) {
      throw new RpcError(
          RpcError.INVALID_PARAMS,
          "params._meta[\"" + Protocol.META_CLIENT_CAPABILITIES + "\"] must be an object");
    }
    return new HostFace(
        true,
        Protocol.STATELESS,
        JsonRpc.objectAt(meta, Protocol.META_CLIENT_INFO),
        capabilities,
        JsonRpc.textAt(meta, Protocol.META_LOG_LEVEL));
  }

  /** Whether a request declares {@code dev.latchstring/auth}. */
  static boolean declaresAuth(ObjectNode params) {
    return AuthDeclaration.isIn(params.path("_meta").path(Protocol.META_CLIENT_CAPABILITIES), true);
  }

  /** Answers a request, on a thread of its own; the answer may come through another one. */
  void handle(HostRequest request) {
    HostFace face = face(request.params());
    switch (request.method()) {
      case "server/discover" -> request.succeed(discover());
      case "subscriptions/listen" -> subscriptions.add(request, declaresAuth(request.params()));
      case "initialize",
          "ping",
          "logging/setLevel",
          "resources/subscribe",
          "resources/unsubscribe" ->
          throw new RpcError(
              RpcError.METHOD_NOT_FOUND,
              request.method() + " does not exist in " + Protocol.STATELESS);
      default -> begin(request, face);
    }
  }

  /** The only call a server's question outside a stream can be about; otherwise it has none. */
  Call.Conversation unrelated() {
    return new Call.Conversation() {
      @Override
      public void tell(ObjectNode notification) {
        if ("notifications/progress".equals(JsonRpc.textAt(notification, "method"))) {
          host.send(notification);
        }
      }

      @Override
      public ObjectNode ask(String method, ObjectNode params, Cancellation cancellation) {
        List<StatelessCall> candidates =
            calls.values().stream().filter(StatelessCall::canBeAsked).toList();
        if (candidates.size() != 1) {
          throw new RpcError(
              RpcError.METHOD_NOT_FOUND,
              "the host speaks " + Protocol.STATELESS + " and is asked within a request only");
        }
        return candidates.getFirst().ask(method, params, cancellation);
      }
    };
  }

  void close() {
    calls.values().forEach(StatelessCall::cancel);
  }

  private ObjectNode discover() {
    Upstream upstream = relay.connection().current();
    ObjectNode result = JsonRpc.object().put("resultType", "complete");
    result.set("supportedVersions", JsonRpc.strings(Protocol.ALL_VERSIONS));
    result.put("ttlMs", 0).put("cacheScope", "private");
    if (upstream != null) {
      return result.setAll(ServerDescription.of(upstream.description()).forStateless());
    }
    KnownServer.Entry entry = known.read();
    String members =
        entry == null ? FirstAnswer.defaultStatelessMembers() : entry.statelessMembers();
    JsonNode parsed = JsonRpc.parse(("{" + members + "}").getBytes(StandardCharsets.UTF_8));
    return parsed instanceof ObjectNode object ? result.setAll(object) : result;
  }

  private void begin(HostRequest request, HostFace face) {
    ObjectNode params = request.params().deepCopy();
    JsonRpc.objectAt(params, "_meta")
        .set(Protocol.META_CLIENT_CAPABILITIES, face.capabilitiesPassedOn());
    String state = JsonRpc.textAt(params, "requestState");
    ObjectNode responses = JsonRpc.objectAt(params, "inputResponses");
    RequestState.Content resumed = null;
    if (RequestState.isOurs(state) && state != null) {
      resumed = states.open(state, bare(request, face, params));
      params.remove(List.of("requestState", "inputResponses"));
      if (resumed.kind() == RequestState.Kind.QUESTION) {
        resume(request, resumed.reference(), responses);
        return;
      }
      params.setAll(resumed.resume());
    }
    if (calls.size() >= HostChannel.MAX_IN_FLIGHT + MAX_PARKED) {
      throw new RpcError(RpcError.UNAVAILABLE, "too many calls wait for answers");
    }
    String id = Secrets.newToken(random);
    StatelessCall call =
        new StatelessCall(id, request, face, host::send, () -> seal(id, request, face, params));
    calls.put(id, call);
    StatelessLogin login = new StatelessLogin(logins, answers, states, clock, resumed, responses);
    boolean answered = false;
    try {
      answered = call.finish(outcome(call.call().withParams(params), login));
    } finally {
      if (answered) {
        calls.remove(id);
      } else {
        // The host has a question before it, and comes back for this answer.
        CompletableFuture.delayedExecutor(StatelessCall.QUESTION_MINUTES, TimeUnit.MINUTES)
            .execute(() -> calls.remove(id));
      }
    }
  }

  private static Call bare(HostRequest request, HostFace face, ObjectNode params) {
    return new Call(
        request.method(),
        params,
        face,
        request.cancellation(),
        new Call.Conversation() {
          @Override
          public void tell(ObjectNode notification) {
            throw new IllegalStateException("nothing is said yet");
          }

          @Override
          public ObjectNode ask(String method, ObjectNode question, Cancellation cancellation) {
            throw new IllegalStateException("nothing is asked yet");
          }
        });
  }

  private void resume(HostRequest request, String reference, ObjectNode responses) {
    StatelessCall parked = calls.get(reference);
    if (parked == null) {
      throw new RpcError(
          RpcError.INVALID_PARAMS,
          "the server does not wait for this answer any more; send the request again without"
              + " requestState");
    }
    if (parked.resume(request, responses)) {
      calls.remove(reference);
    }
  }

  private String seal(String id, HostRequest request, HostFace face, ObjectNode params) {
    RequestState.Content content =
        new RequestState.Content(RequestState.Kind.QUESTION, id, JsonRpc.object());
    return states.seal(
        content,
        bare(request, face, params),
        clock.instant().plusSeconds(60 * StatelessCall.QUESTION_MINUTES));
  }

  private Consumer<HostRequest> outcome(Call call, StatelessLogin login) {
    try {
      ObjectNode result = answer(call, login);
      return request -> request.succeed(result);
    } catch (Interim interim) {
      ObjectNode result = interim.result();
      ObjectNode inEra =
          EraTranslation.toStateless(call.method(), result, MissingNode.getInstance());
      return request -> request.succeed(inEra);
    } catch (LoginRequired need) {
      RuntimeException answer = answers.ended(call, need, "the server wants a login");
      return request -> request.fail(asError(answer));
    } catch (RpcError error) {
      RpcError inEra = EraTranslation.toStateless(error);
      return request -> request.fail(inEra);
    }
  }

  private static RpcError asError(RuntimeException answer) {
    return answer instanceof RpcError error
        ? error
        : new RpcError(RpcError.LOGIN_REQUIRED, "a login is needed");
  }

  private ObjectNode answer(Call call, StatelessLogin login) {
    boolean tool = call.method().equals("tools/call");
    String name = tool ? JsonRpc.textAt(call.params(), "name") : null;
    if (name != null && ownTools.has(name)) {
      return stateless(call, ownTools.call(call, login));
    }
    if (Lists.isList(call.method())) {
      return stateless(call, lists.list(call));
    }
    Call named = tool ? call.withParams(relay.mirror().withServersName(call.params())) : call;
    try {
      return stateless(call, relay.relay(named, login));
    } catch (RpcError error) {
      throw EraTranslation.urlsWanted(call, error);
    }
  }

  private ObjectNode stateless(Call call, ObjectNode result) {
    Upstream upstream = relay.connection().current();
    JsonNode info =
        upstream == null || upstream.stateless()
            ? MissingNode.getInstance()
            : upstream.description().path("serverInfo");
    return EraTranslation.toStateless(call.method(), result, info);
  }
}
