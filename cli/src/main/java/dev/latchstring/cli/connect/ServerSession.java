package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One session with a server, from {@code initialize} to the moment either side ends it, over either
 * of the two transports that have sessions. Safe for use by many threads.
 */
interface ServerSession {
  /** The server does not know this session any more; a request that met this was not worked on. */
  final class Gone extends RuntimeException {
    Gone() {
      super("the session is gone", null, false, false);
    }
  }

  /** Who hears what the server says outside requests. */
  interface Listener {
    void notified(ObjectNode notification);

    Call.Conversation unrelated();

    void gone(ServerSession session);
  }

  /** Begins a session; see {@link SessionUpstream#open} for what is thrown. */
  interface Opener {
    ServerSession open(HostFace face, JsonNode id, Listener listener);
  }

  String version();

  /** The result of {@code initialize}. */
  ObjectNode description();

  /**
   * Sends one request; see {@link Upstream#request} for what is thrown.
   *
   * @throws Gone where the server has forgotten the session
   * @throws UpstreamRefusal for any other status that is no success
   */
  ObjectNode request(Call call, JsonNode id);

  /** Sends a notification or response. A failure is only logged: nobody waits for it. */
  void post(ObjectNode message);

  /** Opens the stream for what the server says unasked, unless it is open or not offered. */
  void keepStream();

  /** Takes up anew, after a sleep of the machine, what may have died unnoticed. */
  void wake();

  /** Ends the session at the server, too. */
  void end();

  void abandon();

  /** MCP, "Initialization": what a session of either transport begins with. */
  static ObjectNode opening(HostFace face) {
    ObjectNode params =
        JsonRpc.object()
            .put("protocolVersion", face.stateless() ? Protocol.NEWEST_SESSION : face.version());
    params.set("capabilities", face.capabilitiesPassedOn());
    ObjectNode us = JsonRpc.object().put("name", Protocol.NAME).put("version", Protocol.VERSION);
    params.set("clientInfo", face.clientInfo().isEmpty() ? us : face.clientInfo());
    return params;
  }
}
