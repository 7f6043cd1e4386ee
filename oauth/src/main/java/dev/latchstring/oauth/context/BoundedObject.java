package dev.latchstring.oauth.context;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object that somebody sends along and nobody checks: at most so many bytes, at most {@value
 * #MAX_DEPTH} levels of nesting, no member twice. Anything else is {@code invalid_request}, and the
 * description names the limits.
 */
public final class BoundedObject {
  /** The deepest nesting, the object itself included. */
  public static final int MAX_DEPTH = 8;

  private BoundedObject() {}

  /**
   * Reads one.
   *
   * @param name what the error calls it
   * @param maxBytes the most bytes of the text, as UTF-8
   * @throws OAuthException {@code invalid_request}
   */
  public static JsonNode parse(String name, String text, int maxBytes) {
    // A character is at least a byte, so that what is far too long is not even counted.
    if (text.length() > maxBytes || text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      throw refused(name, maxBytes);
    }
    try {
      return require(name, Json.readTree(text), maxBytes);
    } catch (JsonException e) {
      throw refused(name, maxBytes).withDetail(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same of what was read already.
   *
   * @throws OAuthException {@code invalid_request}
   */
  public static JsonNode require(String name, JsonNode value, int maxBytes) {
    if (!fits(value, maxBytes)) {
      throw refused(name, maxBytes);
    }
    return value;
  }

  /** Whether it is an object within the limits; its size is that without white space. */
  public static boolean fits(JsonNode value, int maxBytes) {
    return value.isObject() && depth(value) <= MAX_DEPTH && Json.bytes(value).length <= maxBytes;
  }

  private static int depth(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depth(child));
    }
    return node.isContainer() ? deepest + 1 : deepest;
  }

  private static OAuthException refused(String name, int maxBytes) {
    return new OAuthException(
        ErrorCode.INVALID_REQUEST,
        name
            + " must be a JSON object of at most "
            + maxBytes
            + " bytes and "
            + MAX_DEPTH
            + " levels of nesting, with no member twice");
  }
}
