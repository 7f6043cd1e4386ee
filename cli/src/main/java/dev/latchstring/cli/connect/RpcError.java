package dev.latchstring.cli.connect;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC 2.0 §5.1. An error that is to be written as the answer to a request.
 *
 * <p>MCP keeps -32000…-32099 for itself, so the bridge's own codes lie outside JSON-RPC's reserved
 * range and remind of the HTTP status.
 */
final class RpcError extends RuntimeException {
  static final int PARSE = -32700;
  static final int INVALID_REQUEST = -32600;
  static final int METHOD_NOT_FOUND = -32601;
  static final int INVALID_PARAMS = -32602;
  static final int INTERNAL = -32603;

  /** MCP 2025-11-25, "URL Elicitation Required Error"; never written in the stateless era. */
  static final int URL_ELICITATION_REQUIRED = -32042;

  /** MCP 2025-11-25 and earlier; -32602 in the stateless era. */
  static final int RESOURCE_NOT_FOUND = -32002;

  /** MCP 2026-07-28: headers do not match the body. */
  static final int HEADER_MISMATCH = -32020;

  /** MCP 2026-07-28: the client lacks a capability. */
  static final int MISSING_CAPABILITY = -32021;

  /** MCP 2026-07-28: the version is not spoken. */
  static final int UNSUPPORTED_VERSION = -32022;

  /** A login is needed. */
  static final int LOGIN_REQUIRED = -31401;

  /** The server refused, and a login would not change it. */
  static final int REFUSED = -31403;

  /** The request was cancelled, or its session ended, before there was an answer. */
  static final int ABANDONED = -31499;

  /** The server cannot be reached, or what it answers is not MCP. */
  static final int UPSTREAM = -31502;

  /** The bridge is full or shutting down. */
  static final int UNAVAILABLE = -31503;

  private final int code;
  private final transient @Nullable ObjectNode data;

  RpcError(int code, String message) {
    this(code, message, null);
  }

  RpcError(int code, String message, @Nullable ObjectNode data) {
    super(message, null, false, false);
    this.code = code;
    this.data = data;
  }

  int code() {
    return code;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  @Nullable ObjectNode data() {
    return data;
  }
}
