package dev.latchstring.authorizationserver.context;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.BoundedObject;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.context.McpContext;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code mcp_override_context}: the {@code mcp_*} claims that a test wants to see in its token.
 *
 * <p>A member that is one of these claims takes its place; every other one becomes a member of
 * {@code mcp_context}. A member with the name of any other claim of a token, or {@code mcp_test},
 * is {@code invalid_request}: what a token is worth is not a test's to say.
 */
public final class TestOverride {
  /** The request's parameter. */
  static final String NAME = "mcp_override_context";

  /** What tokens say beside these claims: who may do what, where, and for how long. */
  private static final Set<String> NOT_OURS =
      Set.of(
          "iss",
          "sub",
          "aud",
          "exp",
          "nbf",
          "iat",
          "jti",
          "client_id",
          "scope",
          "auth_time",
          "acr",
          "amr",
          "azp",
          "nonce",
          "grant_id",
          "preferred_username",
          "groups",
          "teams",
          "roles",
          "act",
          "may_act",
          "cnf",
          McpClaims.TEST);

  private static final Set<String> CLAIMS =
      Set.of(McpClaims.SESSION_ID, McpClaims.SCOPES, McpClaims.CONTEXT, McpClaims.METADATA);

  private final JsonNode members;

  private TestOverride(JsonNode members) {
    this.members = members;
  }

  /**
   * Reads the parameter; null overrides nothing.
   *
   * @throws OAuthException {@code invalid_request} where it is malformed, larger than an {@code
   *     mcp_context} may be, or touches another claim
   */
  static TestOverride parse(@Nullable String text) {
    JsonNode members =
        text == null
            ? Json.mapper().createObjectNode()
            : BoundedObject.parse(NAME, text, McpContext.MAX_BYTES);
    members.properties().forEach(member -> check(member.getKey(), member.getValue()));
    return new TestOverride(members);
  }

  private static void check(String name, JsonNode value) {
    if (NOT_OURS.contains(name)) {
      throw refused("cannot change " + name);
    }
    boolean usable =
        switch (name) {
          case McpClaims.SESSION_ID ->
              value.isString() && value.stringValue().length() <= McpContext.MAX_SESSION;
          case McpClaims.SCOPES ->
              value.isArray() && value.valueStream().allMatch(JsonNode::isString);
          case McpClaims.CONTEXT, McpClaims.METADATA -> value.isObject();
          default -> true;
        };
    if (!usable) {
      throw refused("has the claim " + name + " of the wrong type, or too long");
    }
  }

  /** The claims of a test token, in place of these. */
  McpClaims of(McpClaims stated) {
    ObjectNode changed = Json.mapper().valueToTree(stated.byName());
    ObjectNode context = changed.putObject(McpClaims.CONTEXT);
    JsonNode ground =
        members.has(McpClaims.CONTEXT) ? members.get(McpClaims.CONTEXT) : stated.context();
    if (ground != null) {
      ground.properties().forEach(member -> context.set(member.getKey(), member.getValue()));
    }
    members
        .properties()
        .forEach(member -> {
          String name = member.getKey();
          if (!name.equals(McpClaims.CONTEXT)) {
            (CLAIMS.contains(name) ? changed : context).set(name, member.getValue());
          }
        });
    if (context.isEmpty()) {
      changed.remove(McpClaims.CONTEXT);
    }
    changed.put(McpClaims.TEST, true);
    return Objects.requireNonNull(McpClaims.of(changed::get));
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, NAME + " " + why);
  }
}
