package dev.latchstring.mcpserver.stdio;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC 2.0 §5.1. An error that is to be written as the answer to a request.
 *
 * <p>MCP keeps -32000…-32099 for itself, so the bridge's own codes lie outside JSON-RPC's reserved
 * range and remind of the HTTP status.
 */
public final class RpcError extends RuntimeException {
  public static final int PARSE = -32700;
  public static final int INVALID_REQUEST = -32600;
  public static final int METHOD_NOT_FOUND = -32601;
  public static final int INVALID_PARAMS = -32602;
  public static final int INTERNAL = -32603;

  /** MCP 2025-11-25, "URL Elicitation Required Error"; never written in the stateless era. */
  public static final int URL_ELICITATION_REQUIRED = -32042;

  /** MCP 2025-11-25 and earlier; -32602 in the stateless era. */
  public static final int RESOURCE_NOT_FOUND = -32002;

  /** MCP 2026-07-28: headers do not match the body. */
  public static final int HEADER_MISMATCH = -32020;

  /** MCP 2026-07-28: the client lacks a capability. */
  public static final int MISSING_CAPABILITY = -32021;

  /** MCP 2026-07-28: the version is not spoken. */
  public static final int UNSUPPORTED_VERSION = -32022;

  /** A login is needed. */
  public static final int LOGIN_REQUIRED = -31401;

  /** The server refused, and a login would not change it. */
  public static final int REFUSED = -31403;

  /** The request was cancelled, or its session ended, before there was an answer. */
  public static final int ABANDONED = -31499;

  /** The server cannot be reached, or what it answers is not MCP. */
  public static final int UPSTREAM = -31502;

  /** The bridge is full or shutting down. */
  public static final int UNAVAILABLE = -31503;

  private final int code;
  private final transient @Nullable ObjectNode data;

  public RpcError(int code, String message) {
    this(code, message, null);
  }

  public RpcError(int code, String message, @Nullable ObjectNode data) {
    super(message, null, false, false);
    this.code = code;
    this.data = data;
  }

  public int code() {
    return code;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  public @Nullable ObjectNode data() {
    return data;
  }
}
