package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the host is told when the server cannot be reached or does not speak MCP. */
final class UpstreamFault {
  private UpstreamFault() {}

  /**
   * @param hint what to do, in the imperative
   * @param acted false where it is certain that the server did nothing; null where unknown
   */
  static RpcError error(URI server, String problem, String hint, @Nullable Boolean acted) {
    ObjectNode data = JsonRpc.object().put("server", server.toString()).put("hint", hint);
    if (acted != null) {
      data.put("acted", acted);
    }
    String message = problem + " (hint: " + hint + ")";
    return new RpcError(RpcError.UPSTREAM, message, data);
  }

  static RpcError notMcp(URI server, int status, String contentType) {
    String answer =
        "HTTP " + status + (contentType.isEmpty() ? "" : ", " + Quoted.text(contentType, 60));
    return error(
        server,
        "what answers at " + server + " is not MCP over Streamable HTTP (" + answer + ")",
        "check the path, which often ends in /mcp, or in /sse for a server of the older HTTP+SSE"
            + " transport; the bridge speaks "
            + String.join(", ", Protocol.ALL_VERSIONS),
        false);
  }

  static RpcError versions(URI server, String theirs) {
    ObjectNode data = JsonRpc.object().put("server", server.toString());
    data.set("supported", JsonRpc.strings(Protocol.ALL_VERSIONS));
    data.put("offered", theirs);
    return new RpcError(
        RpcError.UPSTREAM,
        "no common protocol version: the server speaks "
            + Quoted.text(theirs, 120)
            + ", the bridge "
            + String.join(", ", Protocol.ALL_VERSIONS),
        data);
  }

  static RpcError brokenOff(URI server, String method) {
    return error(
        server,
        "the connection to the server broke before it answered " + method,
        "it is not known whether the server acted; look before you repeat the request",
        null);
  }
}
