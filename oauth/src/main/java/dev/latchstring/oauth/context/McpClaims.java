package dev.latchstring.oauth.context;

import dev.latchstring.oauth.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The {@code mcp_*} claims of a token: what the client stated when it got the token, bound to it
 * and as little checked as before. Nothing may be decided by them; authorization uses the token's
 * scope alone.
 *
 * @param sessionId {@code mcp_session_id}: what the client calls the model session, or null
 * @param scopes {@code mcp_scopes}: the granted scopes once more, as a list
 * @param context {@code mcp_context}: what else the client stated, an object, or null
 * @param metadata {@code mcp_metadata}: what the client stated in an assertion that it signed, an
 *     object, or null
 * @param test {@code mcp_test}: whether the token was made in a server's test mode, with claims of
 *     the client's choice
 */
public record McpClaims(
    @Nullable String sessionId,
    List<String> scopes,
    @Nullable JsonNode context,
    @Nullable JsonNode metadata,
    boolean test) {
  public static final String SESSION_ID = "mcp_session_id";
  public static final String SCOPES = "mcp_scopes";
  public static final String CONTEXT = McpContext.NAME;
  public static final String METADATA = "mcp_metadata";
  public static final String TEST = "mcp_test";

  public McpClaims {
    scopes = List.copyOf(scopes);
  }

  /**
   * Reads the claims of a token. One that has not its type is passed over, for another issuer may
   * mean something else by it; but whatever is there as {@value #TEST}, other than false, makes a
   * test token.
   *
   * @param claim finds a claim by its name, null where there is none
   * @return null where the token has none of them
   */
  public static @Nullable McpClaims of(Function<String, @Nullable Object> claim) {
    JsonNode sessionId = tree(claim, SESSION_ID);
    JsonNode scopes = tree(claim, SCOPES);
    JsonNode context = tree(claim, CONTEXT);
    JsonNode metadata = tree(claim, METADATA);
    JsonNode test = tree(claim, TEST);
    if (Stream.of(sessionId, scopes, context, metadata, test).allMatch(JsonNode::isMissingNode)) {
      return null;
    }
    return new McpClaims(
        sessionId.isString() ? sessionId.stringValue() : null,
        scopes.valueStream().filter(JsonNode::isString).map(JsonNode::stringValue).toList(),
        context.isObject() ? context : null,
        metadata.isObject() ? metadata : null,
        !test.isMissingNode() && !(test.isBoolean() && !test.booleanValue()));
  }

  private static JsonNode tree(Function<String, @Nullable Object> claim, String name) {
    Object value = claim.apply(name);
    return value == null ? MissingNode.getInstance() : Json.mapper().valueToTree(value);
  }

  /** The claims by their names, without those that are not there. */
  public Map<String, Object> byName() {
    Map<String, Object> claims = new LinkedHashMap<>();
    if (sessionId != null) {
      claims.put(SESSION_ID, sessionId);
    }
    claims.put(SCOPES, scopes);
    if (context != null) {
      claims.put(CONTEXT, context);
    }
    if (metadata != null) {
      claims.put(METADATA, metadata);
    }
    if (test) {
      claims.put(TEST, true);
    }
    return claims;
  }
}
