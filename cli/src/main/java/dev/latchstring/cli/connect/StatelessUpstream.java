package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.HeaderValue;
import dev.latchstring.mcpserver.front.InputRounds;
import dev.latchstring.mcpserver.front.ToolMirror;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RequestMeta;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server of 2026-07-28: every request carries its own version, capabilities and headers, and a
 * question of the server comes as a result to be tried again with the answers.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class StatelessUpstream implements Upstream {
  private static final int MAX_PAGES = 20;
  private static final Logger LOG = LoggerFactory.getLogger(StatelessUpstream.class);

  private final UpstreamHttp http;
  private final ToolMirror mirror;
  private final AtomicLong nextId;
  private final ObjectNode description;
  private final ChangeStream changes;

  private StatelessUpstream(
      UpstreamHttp http,
      ToolMirror mirror,
      AtomicLong nextId,
      ObjectNode description,
      Listener listener) {
    this.http = http;
    this.mirror = mirror;
    this.nextId = nextId;
    this.description = description;
    this.changes = new ChangeStream(http, listener, nextId);
  }

  /**
   * MCP 2026-07-28, "Discovery": asks the server whether it speaks this era.
   *
   * @return null where it answers, but speaks versions with sessions only
   * @throws UpstreamRefusal where it did not understand
   */
  static @Nullable StatelessUpstream probe(
      UpstreamHttp http, ToolMirror mirror, HostFace face, Listener listener) {
    AtomicLong ids = new AtomicLong();
    ObjectNode params = JsonRpc.object();
    params.set("_meta", RequestMeta.of(face, JsonRpc.object()));
    Call call =
        new Call(
            "server/discover",
            params,
            face,
            Cancellation.after(UpstreamHttp.OPENING),
            listener.unrelated());
    ObjectNode found;
    try {
      found = exchange(http, ids, call, Map.of());
    } catch (BrokenOff e) {
      throw UpstreamFault.brokenOff(http.server(), "server/discover");
    }
    JsonNode versions = found.path("supportedVersions");
    for (JsonNode version : versions) {
      if (version.asString("").equals(Protocol.STATELESS)) {
        ObjectNode description = found.deepCopy();
        JsonNode info = found.path("_meta").path(Protocol.META_SERVER_INFO);
        if (info.isObject()) {
          description.set("serverInfo", info);
        }
        return new StatelessUpstream(http, mirror, ids, description, listener);
      }
    }
    for (JsonNode version : versions) {
      if (Protocol.SESSION_VERSIONS.contains(version.asString(""))) {
        return null;
      }
    }
    throw UpstreamFault.versions(http.server(), versions.toString());
  }

  @Override
  public boolean stateless() {
    return true;
  }

  @Override
  public String version() {
    return Protocol.STATELESS;
  }

  @Override
  public ObjectNode description() {
    return description;
  }

  @Override
  public ObjectNode request(Call call) {
    try {
      return InputRounds.request(call, this::send);
    } catch (UpstreamRefusal e) {
      throw e.toRpcError(http.server());
    }
  }

  /** This era has no notifications of clients; a log level goes into each request. */
  @Override
  public void tell(String method, ObjectNode params) {
    LOG.debug("{} does not exist in {}", method, Protocol.STATELESS);
  }

  @Override
  public void listen(ChangeFilter filter) {
    changes.listen(filter);
  }

  @Override
  public void wake() {
    changes.wake();
  }

  @Override
  public void close() {
    changes.close();
  }

  /** Sends one round; once more after a look at the tools, where the headers were wrong. */
  private ObjectNode send(Call call) {
    boolean tool = call.method().equals("tools/call");
    String name = tool ? JsonRpc.textAt(call.params(), "name") : null;
    if (name != null && !mirror.knows(name)) {
      lookForTool(call, name);
    }
    try {
      return exchange(http, nextId, call, argumentHeaders(call, name));
    } catch (UpstreamRefusal e) {
      boolean headers = e.error() != null && e.error().code() == RpcError.HEADER_MISMATCH;
      if (name == null || !headers) {
        throw e;
      }
      LOG.info("the server wants other headers; reading its tools again");
      mirror.forget();
      lookForTool(call, name);
      return exchange(http, nextId, call, argumentHeaders(call, name));
    }
  }

  private Map<String, String> argumentHeaders(Call call, @Nullable String name) {
    return name == null
        ? Map.of()
        : mirror.headers(name, JsonRpc.objectAt(call.params(), "arguments"));
  }

  private void lookForTool(Call call, String name) {
    String cursor = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      ObjectNode params = JsonRpc.object();
      ObjectNode meta = JsonRpc.objectAt(call.params(), "_meta").deepCopy();
      meta.remove("progressToken");
      params.set("_meta", meta);
      if (cursor != null) {
        params.put("cursor", cursor);
      }
      Call list =
          new Call("tools/list", params, call.face(), call.cancellation(), call.conversation());
      ObjectNode result = exchange(http, nextId, list, Map.of());
      mirror.learn(result, true);
      cursor = JsonRpc.textAt(result, "nextCursor");
      if (cursor == null || mirror.knows(name)) {
        return;
      }
    }
  }

  /** One POST and its answer. */
  private static ObjectNode exchange(
      UpstreamHttp http, AtomicLong ids, Call call, Map<String, String> argumentHeaders) {
    JsonNode id = LongNode.valueOf(ids.incrementAndGet());
    byte[] body = JsonRpc.bytes(JsonRpc.request(id, call.method(), call.params()));
    Map<String, String> headers = headers(call);
    headers.putAll(argumentHeaders);
    ReplyReader reader =
        new ReplyReader(http.server(), id, message -> receive(message, call.conversation()));
    try (UpstreamHttp.Reply reply = http.post(body, headers, call.cancellation())) {
      if (!reply.isSuccess()) {
        throw UpstreamRefusal.read(reply);
      }
      // A closed stream is this era's cancellation.
      try (var registration = call.cancellation().onCancel(reply::close)) {
        ObjectNode response =
            reply.isStream()
                ? reader.stream(new EventStream(reply.response().body(), null))
                : reader.document(reply);
        if (response == null) {
          throw new BrokenOff();
        }
        return ReplyReader.result(response);
      }
    } catch (IOException e) {
      LOG.debug("{} broke off", call.method(), e);
      call.cancellation().check();
      throw new BrokenOff();
    }
  }

  /** MCP 2026-07-28, Streamable HTTP, "Request Metadata". */
  static Map<String, String> headers(Call call) {
    Map<String, String> headers = new ConcurrentHashMap<>();
    headers.put("MCP-Protocol-Version", Protocol.STATELESS);
    headers.put("Mcp-Method", call.method());
    String name =
        switch (call.method()) {
          case "tools/call", "prompts/get" -> JsonRpc.textAt(call.params(), "name");
          case "resources/read" -> JsonRpc.textAt(call.params(), "uri");
          default -> null;
        };
    if (name != null) {
      headers.put("Mcp-Name", HeaderValue.encode(name));
    }
    return headers;
  }

  private static void receive(ObjectNode message, Call.Conversation conversation) {
    if (message.has("id")) {
      LOG.warn("the server sent a request, which {} does not allow", Protocol.STATELESS);
    } else {
      conversation.tell(message);
    }
  }
}
