package dev.latchstring.authorizationserver.context;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.authorizationserver.client.ClientAssertions;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.BoundedObject;
import dev.latchstring.oauth.context.McpClaims;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code mcp_assertion}: a JWT that a client signs with its registered key and sends beside its
 * credentials. It is checked as client assertions are, and what it has in {@code mcp_metadata} is
 * carried into the token.
 *
 * <p>It may go without {@code jti}: it is good once all the same.
 */
public final class McpAssertions {
  /** The request's parameter. */
  private static final String NAME = "mcp_assertion";

  /** The most bytes of {@code mcp_metadata}, as JSON: every request carries it in the token. */
  static final int MAX_METADATA = 1024;

  private final ClientAssertions assertions;
  private final Set<String> audiences;

  /**
   * @param audiences what {@code aud} may be: the issuer, and what else the operator allows
   */
  public McpAssertions(ClientAssertions assertions, Set<String> audiences) {
    this.assertions = assertions;
    this.audiences = Set.copyOf(audiences);
  }

  /**
   * What the client signed of itself; null where it sent no assertion, or one without {@code
   * mcp_metadata}.
   *
   * @throws OAuthException {@code invalid_client} where the assertion breaks a rule of {@link
   *     ClientAssertions}; {@code invalid_request} where {@code mcp_metadata} is not an object
   *     within its limits
   */
  public @Nullable JsonNode metadata(TokenRequest request) {
    String jwt = request.form().optional(NAME);
    if (jwt == null) {
      return null;
    }
    JWTClaimsSet claims = assertions.verifyStatement(NAME, jwt, request.client(), audiences);
    Object metadata = claims.getClaim(McpClaims.METADATA);
    return metadata == null
        ? null
        : BoundedObject.require(
            NAME + ": " + McpClaims.METADATA, Json.mapper().valueToTree(metadata), MAX_METADATA);
  }
}
