package dev.latchstring.authorizationserver.context;

import dev.latchstring.authorizationserver.token.AccessTokenFormat;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.context.McpContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which {@code mcp_*} claims a token gets. A client that states nothing gets tokens without any.
 *
 * <p>Of a context a JWT repeats the members that the operator named: it goes through many hands,
 * and each request carries it. {@value McpContext#SESSION} is {@value McpClaims#SESSION_ID} there,
 * other members stay together in {@value McpClaims#CONTEXT}. What an opaque token says is kept
 * here, so it says all.
 */
public final class ContextClaims {
  private final Set<String> members;

  /**
   * @param members the members of contexts that are repeated in tokens
   */
  public ContextClaims(List<String> members) {
    this.members = Set.copyOf(members);
  }

  /** The claims; null where there are none. */
  public @Nullable McpClaims of(Authorization authorization) {
    McpContext context = authorization.context();
    TestOverride override = authorization.testOverride();
    if (context == null && authorization.metadata() == null && override == null) {
      return null;
    }
    boolean whole = authorization.format() == AccessTokenFormat.OPAQUE;
    McpClaims stated =
        new McpClaims(
            context != null && (whole || members.contains(McpContext.SESSION))
                ? context.sessionId()
                : null,
            List.copyOf(authorization.scope().values()),
            context == null ? null : reduced(context, whole),
            authorization.metadata(),
            false);
    return override == null ? stated : override.of(stated);
  }

  private @Nullable JsonNode reduced(McpContext context, boolean whole) {
    ObjectNode kept = Json.mapper().createObjectNode();
    context
        .object()
        .properties()
        .forEach(member -> {
          String name = member.getKey();
          if (whole || (members.contains(name) && !name.equals(McpContext.SESSION))) {
            kept.set(name, member.getValue());
          }
        });
    return kept.isEmpty() ? null : kept;
  }
}
