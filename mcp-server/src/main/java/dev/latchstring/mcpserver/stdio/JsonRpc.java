package dev.latchstring.mcpserver.stdio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.JsonTrees;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC 2.0 messages as trees. A bridge passes on what it does not know, so nothing is bound to
 * types, and numbers keep their digits.
 */
public final class JsonRpc {
  /** The largest message in bytes, from either side. */
  public static final int MAX_MESSAGE = 16 << 20;

  private static final JsonTrees TREES =
      new JsonTrees(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(256)
                      .maxStringLength(MAX_MESSAGE)
                      .maxDocumentLength(MAX_MESSAGE)
                      .maxNumberLength(1000)
                      .maxNameLength(4096)
                      .build())
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
              .build());

  private JsonRpc() {}

  /** The tree, or null where the bytes are not one JSON value within the limits. */
  public static @Nullable JsonNode parse(byte[] json) {
    try {
      return TREES.read(json);
    } catch (JacksonException | NumberFormatException e) {
      return null; // The latter for an exponent that no number can have, such as 1e9999999999.
    }
  }

  public static byte[] bytes(JsonNode tree) {
    return TREES.bytes(tree);
  }

  public static String text(JsonNode tree) {
    return new String(bytes(tree), UTF_8);
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public static ArrayNode strings(List<String> values) {
    ArrayNode array = array();
    values.forEach(array::add);
    return array;
  }

  public static ObjectNode request(JsonNode id, String method, @Nullable ObjectNode params) {
    ObjectNode message = object().put("jsonrpc", "2.0").set("id", id);
    message.put("method", method);
    return params == null ? message : message.set("params", params);
  }

  public static ObjectNode notification(String method, @Nullable ObjectNode params) {
    ObjectNode message = object().put("jsonrpc", "2.0").put("method", method);
    return params == null ? message : message.set("params", params);
  }

  public static ObjectNode result(JsonNode id, JsonNode result) {
    ObjectNode message = object().put("jsonrpc", "2.0");
    return message.set("id", id).set("result", result);
  }

  public static ObjectNode error(JsonNode id, RpcError error) {
    ObjectNode body = object().put("code", error.code()).put("message", error.message());
    if (error.data() != null) {
      body.set("data", error.data());
    }
    ObjectNode message = object().put("jsonrpc", "2.0");
    return message.set("id", id).set("error", body);
  }

  /** The error member of a response as an exception; odd shapes become an internal error. */
  public static RpcError readError(JsonNode error) {
    JsonNode code = error.path("code");
    JsonNode data = error.path("data");
    ObjectNode kept = null;
    if (data instanceof ObjectNode object) {
      kept = object;
    } else if (!data.isMissingNode() && !data.isNull()) {
      kept = object().set("data", data);
    }
    return new RpcError(
        code.canConvertToInt() ? code.intValue() : RpcError.INTERNAL,
        error.path("message").asString("the server gave no message"),
        kept);
  }

  /** A member that is an object; an empty one, not attached, where it is missing. */
  public static ObjectNode objectAt(JsonNode tree, String member) {
    return tree.get(member) instanceof ObjectNode object ? object : object();
  }

  public static @Nullable String textAt(JsonNode tree, String member) {
    JsonNode value = tree.get(member);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  /** JSON-RPC 2.0 §4, MCP "Requests": a string or an integer. */
  public static boolean isId(@Nullable JsonNode id) {
    return id != null && (id.isString() || id.isIntegralNumber());
  }
}
