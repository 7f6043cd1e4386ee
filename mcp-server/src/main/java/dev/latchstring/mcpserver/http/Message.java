package dev.latchstring.mcpserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * JSON-RPC 2.0 §4 and §5. As much of a message as authorization needs: what it asks for and of
 * what.
 *
 * <p>Reading is strict, for the servlet behind reads the same bytes again and must not understand
 * them differently: UTF-8, no repeated member anywhere, nothing after the value, and texts where
 * texts belong.
 *
 * @param id the request's id; null for a notification
 * @param method null for a response
 * @param name {@code params.name}, where it is a text
 * @param uri {@code params.uri}, where it is a text
 * @param arguments {@code params.arguments} of a tool call, an object; null where there is none
 * @param protocolVersion MCP 2026-07-28: {@code
 *     params._meta["io.modelcontextprotocol/protocolVersion"]}
 * @param traceparent {@code params._meta.traceparent}, where it is a text
 * @param tracestate {@code params._meta.tracestate}, where it is a text
 */
record Message(
    @Nullable JsonNode id,
    @Nullable String method,
    @Nullable String name,
    @Nullable String uri,
    @Nullable JsonNode arguments,
    @Nullable String protocolVersion,
    @Nullable String traceparent,
    @Nullable String tracestate) {

  /** The most messages of one batch. */
  static final int MAX_BATCH = 32;

  private static final String VERSION = "io.modelcontextprotocol/protocolVersion";

  /** What a body holds: one message or, up to protocol 2025-03-26, a batch of them. */
  record Body(List<Message> messages, boolean isBatch) {}

  /**
   * @throws Refusal 400 with {@code -32700} where the body is not JSON, {@code -32600} where it is
   *     not JSON-RPC, {@code -32602} where a tool call names no tool, or arguments are no object
   */
  static Body read(byte[] body) {
    JsonNode tree;
    try {
      tree = Json.readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      throw Refusal.jsonRpc(400, Refusal.PARSE_ERROR, "Parse error: the body is not UTF-8", null);
    } catch (JsonException e) {
      throw Refusal.jsonRpc(400, Refusal.PARSE_ERROR, "Parse error: " + e.getMessage(), null);
    }
    if (!tree.isArray()) {
      return new Body(List.of(message(tree)), false);
    }
    if (tree.isEmpty() || tree.size() > MAX_BATCH) {
      throw invalid("a batch holds 1 to " + MAX_BATCH + " messages", null);
    }
    List<Message> messages = new ArrayList<>(tree.size());
    for (JsonNode element : tree) {
      messages.add(message(element));
    }
    return new Body(List.copyOf(messages), true);
  }

  private static Message message(JsonNode tree) {
    if (!tree.isObject()) {
      throw invalid("a message is an object", null);
    }
    JsonNode id = tree.get("id");
    if (!"2.0".equals(text(tree, "jsonrpc"))) {
      throw invalid("jsonrpc must be \"2.0\"", id);
    }
    if (id != null && !id.isString() && !id.isNumber()) {
      throw invalid("id must be a string or a number", null);
    }
    JsonNode method = tree.get("method");
    if (method == null) {
      return response(tree, id);
    }
    if (!method.isString() || method.stringValue().isEmpty()) {
      throw invalid("method must be a string", id);
    }
    JsonNode params = tree.get("params");
    if (params != null && !params.isObject()) {
      throw invalid("params must be an object", id);
    }
    String name = text(params, "name");
    if (method.stringValue().equals("tools/call") && (name == null || name.isEmpty())) {
      throw Refusal.jsonRpc(400, Refusal.INVALID_PARAMS, "params.name must name a tool", id);
    }
    JsonNode meta = params == null ? null : params.get("_meta");
    return new Message(
        id,
        method.stringValue(),
        name,
        text(params, "uri"),
        arguments(method.stringValue(), params, id),
        text(meta, VERSION),
        text(meta, "traceparent"),
        text(meta, "tracestate"));
  }

  private static Message response(JsonNode tree, @Nullable JsonNode id) {
    if (!tree.has("result") && !tree.has("error")) {
      throw invalid("there is neither method nor result nor error", id);
    }
    return new Message(id, null, null, null, null, null, null, null);
  }

  /** What is decided by has to be what the tool will see. */
  private static @Nullable JsonNode arguments(
      String method, @Nullable JsonNode params, @Nullable JsonNode id) {
    JsonNode arguments = params == null ? null : params.get("arguments");
    if (arguments == null || arguments.isNull() || !method.equals("tools/call")) {
      return null;
    }
    if (!arguments.isObject()) {
      throw Refusal.jsonRpc(400, Refusal.INVALID_PARAMS, "params.arguments must be an object", id);
    }
    return arguments;
  }

  private static @Nullable String text(@Nullable JsonNode object, String member) {
    JsonNode value = object == null ? null : object.get(member);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  private static Refusal invalid(String why, @Nullable JsonNode id) {
    return Refusal.jsonRpc(400, Refusal.INVALID_REQUEST, "Invalid request: " + why, id);
  }

  /** What it is about: the tool or prompt, else the resource; null where it names neither. */
  @Nullable String target() {
    return name != null && !"resources/read".equals(method) ? name : uri;
  }

  /** Whether an answer is expected. */
  boolean isRequest() {
    return method != null && id != null;
  }
}
