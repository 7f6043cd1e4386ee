package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RequestMeta;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, stdio, "Backward Compatibility". Finds out which era a program is of, and opens
 * it. The host's own era is tried first, or the one that the program was of before: nothing is lost
 * where both sides are of one era.
 */
final class Handshake {
  /** How long a program may take to answer its first request: npx may have to download it. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long it may be silent to a question that older programs do not know. */
  static final Duration PROBE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  /**
   * @param session of the process that answered, which may be another than the first
   */
  record Opened(ChildSession session, boolean stateless, String version, ObjectNode description) {}

  private final String program;
  private final Supplier<ChildSession> starts;
  private final HostFace face;

  /**
   * @param starts starts a process; called again where one ended over a question it did not know
   */
  Handshake(String program, Supplier<ChildSession> starts, HostFace face) {
    this.program = program;
    this.starts = starts;
    this.face = face;
  }

  /**
   * @param stateless what to try first
   * @throws RpcError where the program cannot be started, ends, is silent, or speaks no common
   *     version; whatever was started is stopped then
   */
  Opened open(boolean stateless) {
    ChildSession session = starts.get();
    try {
      if (stateless) {
        Opened found = discover(session, PROBE);
        if (found != null) {
          return found;
        }
        session = session.isOver() ? starts.get() : session;
      }
      try {
        return initialize(session);
      } catch (RpcError refused) {
        // It may also have been too slow for the first question: now it is awake.
        Opened found = isRefusal(refused, session) ? discover(session, PROBE) : null;
        if (found == null) {
          throw refused;
        }
        return found;
      }
    } catch (Upstream.BrokenOff e) {
      ChildProcess process = session.process();
      String how = process.obituary();
      process.stop();
      throw ChildFault.notServing(program, how, process.lastWords());
    } catch (RuntimeException e) {
      session.process().stop();
      throw e;
    }
  }

  private static boolean isRefusal(RpcError error, ChildSession session) {
    return error.code() != RpcError.UPSTREAM && !session.isOver();
  }

  /** Null where it is of the other era, or has ended over the question. */
  private @Nullable Opened discover(ChildSession session, Duration patience) {
    ObjectNode params = JsonRpc.object();
    params.set("_meta", RequestMeta.of(face, JsonRpc.object()));
    ObjectNode found;
    try {
      found = session.request("server/discover", params, patience);
    } catch (RpcError error) {
      requireSession(error);
      return null;
    } catch (TimeoutException | Upstream.BrokenOff e) {
      LOG.debug("{} does not know server/discover", program);
      return null;
    }
    List<String> versions = texts(found.path("supportedVersions"));
    if (!versions.contains(Protocol.STATELESS)) {
      if (versions.stream().noneMatch(Protocol.SESSION_VERSIONS::contains)) {
        throw ChildFault.versions(program, String.join(", ", versions));
      }
      return null;
    }
    ObjectNode description = found.deepCopy();
    JsonNode info = found.path("_meta").path(Protocol.META_SERVER_INFO);
    if (info.isObject()) {
      description.set("serverInfo", info);
    }
    return new Opened(session, true, Protocol.STATELESS, description);
  }

  /** A modern program names its versions; anything else it may say means a session. */
  private void requireSession(RpcError error) {
    if (error.code() != RpcError.UNSUPPORTED_VERSION || error.data() == null) {
      return;
    }
    List<String> supported = texts(error.data().path("supported"));
    if (!supported.isEmpty() && supported.stream().noneMatch(Protocol.SESSION_VERSIONS::contains)) {
      throw ChildFault.versions(program, String.join(", ", supported));
    }
  }

  private Opened initialize(ChildSession session) {
    ObjectNode params =
        JsonRpc.object()
            .put("protocolVersion", face.stateless() ? Protocol.NEWEST_SESSION : face.version());
    params.set("capabilities", face.capabilitiesPassedOn());
    ObjectNode us = JsonRpc.object().put("name", "latch-run").put("version", Protocol.VERSION);
    params.set("clientInfo", face.clientInfo().isEmpty() ? us : face.clientInfo());
    ObjectNode result;
    try {
      result = session.request("initialize", params, PATIENCE);
    } catch (TimeoutException e) {
      throw ChildFault.silent(program, PATIENCE.toSeconds());
    }
    String version = JsonRpc.textAt(result, "protocolVersion");
    if (version == null || !Protocol.SESSION_VERSIONS.contains(version)) {
      throw ChildFault.versions(program, String.valueOf(version));
    }
    session.tell("notifications/initialized", null);
    return new Opened(session, false, version, result);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asString("")));
    return texts;
  }
}
