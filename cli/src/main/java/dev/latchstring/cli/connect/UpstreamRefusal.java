package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An HTTP status that is no success, with the JSON-RPC error in its body if there is one. */
final class UpstreamRefusal extends RuntimeException {
  private final int status;
  private final String contentType;
  private final transient @Nullable String location;
  private final @Nullable RpcError error;
  private final @Nullable String reason;

  private UpstreamRefusal(
      UpstreamHttp.Reply reply, @Nullable RpcError error, @Nullable String reason) {
    super("HTTP " + reply.status(), null, false, false);
    this.status = reply.status();
    this.contentType = reply.contentType();
    this.location = reply.header("Location");
    this.error = error;
    this.reason = reason;
  }

  static UpstreamRefusal read(UpstreamHttp.Reply reply) {
    RpcError error = null;
    String reason = null;
    if (reply.contentType().endsWith("json")) {
      try {
        JsonNode body = JsonRpc.parse(reply.body());
        reason = body == null ? null : JsonRpc.textAt(body, "error_description");
        if (body != null && body.path("error").path("code").canConvertToInt()) {
          error = JsonRpc.readError(body.path("error"));
        }
      } catch (IOException e) {
        return new UpstreamRefusal(reply, null, null);
      }
    }
    return new UpstreamRefusal(reply, error, reason);
  }

  int status() {
    return status;
  }

  @Nullable RpcError error() {
    return error;
  }

  /**
   * MCP 2025-11-25, "Session Management", asks for 404; several servers say 400 and speak of the
   * session in their error.
   */
  boolean saysSessionIsGone() {
    boolean spoken =
        error != null && error.message().toLowerCase(java.util.Locale.ROOT).contains("session");
    return status == 404 || (status == 400 && spoken);
  }

  /**
   * MCP 2025-11-25, "Backwards Compatibility": a server of the transport of 2024-11-05 takes no
   * messages where its stream is, and has no JSON-RPC for who sends one there.
   */
  boolean mayBeOfOlderTransport() {
    return error == null && (status == 400 || status == 404 || status == 405);
  }

  /** MCP 2026-07-28, "Backward Compatibility": only a server of that era says this. */
  boolean isModern() {
    if (error == null) {
      return false;
    }
    return switch (error.code()) {
      case RpcError.HEADER_MISMATCH, RpcError.MISSING_CAPABILITY, RpcError.UNSUPPORTED_VERSION ->
          true;
      default -> false;
    };
  }

  /** What the host is told. */
  RpcError toRpcError(URI server) {
    if (error != null) {
      return error;
    }
    if (status == 403) {
      ObjectNode data = JsonRpc.object();
      data.putObject(Protocol.AUTH_DATA).put("status", 403).put("error", "access_denied");
      return new RpcError(
          RpcError.REFUSED,
          "the server refused the request (HTTP 403"
              + (reason == null ? "" : ", " + Quoted.text(reason, 200))
              + "), and names no scope that would change it",
          data);
    }
    if (status / 100 == 3 && location != null) {
      return UpstreamFault.error(
          server,
          "the server redirects, which is not followed because it could carry the token elsewhere",
          "if you trust it, use the new address: "
              + Quoted.plain(location.replace("://", " :// "), 200),
          false);
    }
    if (status == 429 || status / 100 == 5) {
      return UpstreamFault.error(
          server,
          "the server answered HTTP " + status,
          "try again later",
          status == 429 ? false : null);
    }
    return UpstreamFault.notMcp(server, status, contentType);
  }
}
