package dev.latchstring.oauth.context;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code mcp_context}: what a client states of the model session that it asks for access in. At
 * most {@value #MAX_BYTES} bytes and {@value BoundedObject#MAX_DEPTH} levels; two are equal that
 * say the same, whatever the order of their members.
 *
 * @param object the members; one is known, {@value #SESSION}, at most {@value #MAX_SESSION} visible
 *     ASCII characters
 */
public record McpContext(JsonNode object) {
  /** The request's parameter, and the claim in which a token repeats members of it. */
  public static final String NAME = "mcp_context";

  /** The member that names the model session. */
  public static final String SESSION = "model_session_id";

  /** The most bytes, as UTF-8. */
  public static final int MAX_BYTES = 4096;

  /** The most characters of {@value #SESSION}. */
  public static final int MAX_SESSION = 128;

  /**
   * What a request states; null where it states nothing.
   *
   * @throws OAuthException {@code invalid_request}, naming the limit
   */
  public static @Nullable McpContext of(FormParameters request) {
    String text = request.optional(NAME);
    return text == null ? null : parse(text);
  }

  /**
   * Reads the value of a parameter.
   *
   * @throws OAuthException {@code invalid_request}, naming the limit
   */
  public static McpContext parse(String text) {
    McpContext context = new McpContext(BoundedObject.parse(NAME, text, MAX_BYTES));
    JsonNode session = context.object.get(SESSION);
    if (session != null && !isName(session)) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          NAME
              + ": "
              + SESSION
              + " must be a text of 1 to "
              + MAX_SESSION
              + " visible ASCII characters");
    }
    return context;
  }

  private static boolean isName(JsonNode session) {
    return session.isString()
        && !session.stringValue().isEmpty()
        && session.stringValue().length() <= MAX_SESSION
        && session.stringValue().chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }

  /** What {@link #json} wrote before; null for null. */
  public static @Nullable McpContext ofJson(@Nullable String json) {
    return json == null ? null : new McpContext(Json.readTree(json));
  }

  /** As JSON, without white space. */
  public String json() {
    return Json.write(object);
  }

  /** What the client calls the model session; null where it states none. */
  public @Nullable String sessionId() {
    JsonNode session = object.get(SESSION);
    return session == null ? null : session.stringValue();
  }

  /**
   * This context in place of another of the same grant. A session that was named stays: a context
   * that names none is one of the same session.
   *
   * @throws OAuthException {@code invalid_request} where it names another session
   */
  public McpContext inPlaceOf(@Nullable McpContext before) {
    String session = before == null ? null : before.sessionId();
    if (session == null || session.equals(sessionId())) {
      return this;
    }
    if (sessionId() != null) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          NAME + ": " + SESSION + " cannot change; another session needs a login of its own");
    }
    ObjectNode with = Json.mapper().createObjectNode().put(SESSION, session);
    object.properties().forEach(member -> with.set(member.getKey(), member.getValue()));
    return new McpContext(with);
  }

  /** The members' number alone: nobody but the client knows what they are. */
  @Override
  public String toString() {
    return "McpContext[" + object.size() + " members]";
  }
}
