package dev.latchstring.mcpserver.http;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.message.ErrorResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request that goes no further: the one way in which this package answers with an error.
 *
 * <p>The body is a JSON-RPC error where the message itself is at fault, as MCP asks, and an OAuth
 * error (RFC 6749 §5.2) where the authorization is. It costs no stack trace.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** JSON-RPC 2.0 §5.1. */
  static final int PARSE_ERROR = -32700;

  /** JSON-RPC 2.0 §5.1. */
  static final int INVALID_REQUEST = -32600;

  /** JSON-RPC 2.0 §5.1. */
  static final int INVALID_PARAMS = -32602;

  /** MCP 2026-07-28: a header and the body contradict each other. */
  static final int HEADER_MISMATCH = -32020;

  /** A session that is not there, or not the caller's: SDKs use it for the former. */
  static final int SESSION_NOT_FOUND = -32001;

  private final int status;
  private final transient Object body;
  private final transient List<Header> headers = new ArrayList<>();

  private Refusal(int status, String message, Object body) {
    super(message, null, false, false);
    this.status = status;
    this.body = body;
  }

  private record Header(String name, String value) {}

  private record JsonRpcError(String jsonrpc, @Nullable JsonNode id, Problem error) {}

  private record Problem(int code, String message) {}

  /**
   * @param id the request's id, or null where it is not known
   */
  static Refusal jsonRpc(int status, int code, String message, @Nullable JsonNode id) {
    return new Refusal(status, message, new JsonRpcError("2.0", id, new Problem(code, message)));
  }

  static Refusal oauth(int status, @Nullable String error, String description) {
    return new Refusal(status, description, new ErrorResponse(error, description, null));
  }

  /** One header more; one of the same name stays. */
  Refusal header(String name, String value) {
    headers.add(new Header(name, value));
    return this;
  }

  /** OAuth's code; null where there is none. */
  @Nullable String error() {
    return body instanceof ErrorResponse response ? response.error() : null;
  }

  int status() {
    return status;
  }

  void write(HttpServletResponse response) throws IOException {
    byte[] bytes = Json.bytes(body);
    response.setStatus(status);
    headers.forEach(header -> response.addHeader(header.name(), header.value()));
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    // Without a length: Tomcat would close the request's body with the response's last byte.
    response.getOutputStream().write(bytes);
  }
}
