package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the host is listed: the server's own where it can be had, else what it listed the last time,
 * and the bridge's tool as long as it is of use.
 *
 * <p>In the session era the bridge has to say what it offers before it knows the server, so what
 * the server turns out to lack is an empty list.
 */
public final class Lists {
  private static final Logger LOG = LoggerFactory.getLogger(Lists.class);

  private final Relay relay;
  private final OwnTools ownTools;
  private final KnownServer known;

  Lists(Relay relay, OwnTools ownTools, KnownServer known) {
    this.relay = relay;
    this.ownTools = ownTools;
    this.known = known;
  }

  static boolean isList(String method) {
    return member(method) != null;
  }

  /**
   * The page asked for, in the server's era, or in the session era where it is the bridge's own.
   *
   * @throws RpcError the server's error; for tools never, because the bridge's own tool explains
   */
  ObjectNode list(Call call) {
    boolean tools = call.method().equals("tools/list");
    try {
      Upstream upstream = relay.connection().ready(call.face());
      if (!offers(upstream, call.method())) {
        return empty(call.method());
      }
      ObjectNode result = relay.attempt(call);
      if (!tools) {
        return result;
      }
      remember(upstream, call, result);
      return result.has("nextCursor") ? result : withOwn(call, result);
    } catch (LoginRequired e) {
      return tools ? unlisted() : empty(call.method());
    } catch (Upstream.BrokenOff e) {
      return afterFault(call, relay.connection().brokenOff(call.method()));
    } catch (RpcError e) {
      return afterFault(call, e);
    }
  }

  private ObjectNode withOwn(Call call, ObjectNode result) {
    List<ObjectNode> own = ownTools.beside(call.face());
    if (own.isEmpty() || !(result.get("tools") instanceof ArrayNode listed)) {
      return result;
    }
    ArrayNode all = listed.deepCopy();
    own.forEach(all::add);
    ObjectNode copy = result.deepCopy();
    return copy.set("tools", all);
  }

  private ObjectNode afterFault(Call call, RpcError fault) {
    if (call.method().equals("tools/list") && fault.code() == RpcError.UPSTREAM) {
      LOG.warn("{}", fault.message());
      return unlisted();
    }
    throw fault;
  }

  /** Whether the server declared the capability that a method belongs to. */
  static boolean offers(Upstream upstream, String method) {
    String capability =
        switch (method) {
          case "tools/list" -> "tools";
          case "prompts/list" -> "prompts";
          case "completion/complete" -> "completions";
          case "logging/setLevel" -> "logging";
          default -> "resources";
        };
    return upstream.description().path("capabilities").path(capability).isObject();
  }

  private ObjectNode unlisted() {
    ObjectNode result = JsonRpc.object();
    ArrayNode tools = result.putArray("tools");
    ownTools.definitions().forEach(tools::add);
    KnownServer.Entry entry = known.read();
    JsonNode cached =
        entry == null ? null : JsonRpc.parse(entry.tools().getBytes(StandardCharsets.UTF_8));
    if (cached != null && cached.isArray()) {
      cached.forEach(tools::add);
    }
    return result;
  }

  private static ObjectNode empty(String method) {
    ObjectNode result = JsonRpc.object();
    result.putArray(String.valueOf(member(method)));
    return result;
  }

  private static @Nullable String member(String method) {
    return switch (method) {
      case "tools/list" -> "tools";
      case "prompts/list" -> "prompts";
      case "resources/list" -> "resources";
      case "resources/templates/list" -> "resourceTemplates";
      default -> null;
    };
  }

  /**
   * A list of one page is kept for the next start; of a longer one, the first page would mislead.
   */
  private void remember(Upstream upstream, Call call, ObjectNode result) {
    if (call.params().has("cursor") || result.has("nextCursor")) {
      return;
    }
    KnownServer.Entry entry =
        ServerDescription.of(upstream.description()).entry(JsonRpc.text(result.path("tools")));
    Thread.ofVirtual()
        .start(() -> {
          try {
            if (!entry.equals(known.read())) {
              known.write(entry);
            }
          } catch (IOException e) {
            LOG.info("the server's tools could not be kept: {}", e.toString());
          }
        });
  }
}
