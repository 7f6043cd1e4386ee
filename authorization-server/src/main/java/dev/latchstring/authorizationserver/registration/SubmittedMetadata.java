package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;

/**
 * RFC 7591 §2. The metadata that a stranger submits, and what is registered of it: only what was
 * checked, and only the grants of {@link StrangersGrants}. Members that are not known are ignored;
 * a software statement is refused, for no issuer of them is trusted here.
 */
public final class SubmittedMetadata {
  private SubmittedMetadata() {}

  /**
   * The body as an object.
   *
   * @throws OAuthException {@code invalid_client_metadata} where it is none; {@code
   *     unapproved_software_statement} where it has a software statement
   */
  static JsonNode read(byte[] body) {
    try {
      JsonNode tree = Json.readTree(body);
      if (!tree.isObject()) {
        throw invalid("the body is not a JSON object");
      }
      if (tree.has("software_statement")) {
        throw new OAuthException(
            ErrorCode.UNAPPROVED_SOFTWARE_STATEMENT, "software statements are not accepted here");
      }
      if (tree.has(ClientMetadata.FIRST_PARTY)) {
        throw invalid("first_party is what the operator says of a client; leave it out");
      }
      return tree;
    } catch (JsonException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What is registered of it.
   *
   * @throws OAuthException {@code invalid_client_metadata} or {@code invalid_redirect_uri}
   */
  static ClientMetadata registered(JsonNode body) {
    ClientMetadata asked;
    try {
      asked = Json.convert(body, ClientMetadata.class);
    } catch (JsonException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
    ClientMetadataRules.check(asked);
    List<String> grants = StrangersGrants.of(asked);
    if (!grants.contains(GrantTypes.AUTHORIZATION_CODE)
        && !grants.contains(GrantTypes.DEVICE_CODE)) {
      throw invalid(
          "grant_types must have "
              + GrantTypes.AUTHORIZATION_CODE
              + " or "
              + GrantTypes.DEVICE_CODE);
    }
    return kept(asked, asked.authMethod(), grants);
  }

  /** The members that this server knows, with the method and the grants that were settled. */
  public static ClientMetadata kept(ClientMetadata asked, String authMethod, List<String> grants) {
    return new ClientMetadata(
        asked.redirectUris(),
        authMethod,
        asked.tokenEndpointAuthSigningAlg(),
        grants,
        grants.contains(GrantTypes.AUTHORIZATION_CODE) ? List.of("code") : List.of(),
        asked.clientName(),
        asked.clientUri(),
        asked.logoUri(),
        asked.scope(),
        asked.contacts(),
        asked.tosUri(),
        asked.policyUri(),
        asked.jwksUri(),
        asked.jwks(),
        asked.softwareId(),
        asked.softwareVersion(),
        asked.applicationType(),
        asked.dpopBoundAccessTokens(),
        asked.idTokenSignedResponseAlg(),
        asked.postLogoutRedirectUris(),
        others(asked));
  }

  private static @Nullable Map<String, JsonNode> others(ClientMetadata asked) {
    Map<String, JsonNode> ai = AiMetadata.kept(asked);
    Map<String, JsonNode> all = new LinkedHashMap<>(ai == null ? Map.of() : ai);
    if (asked.requiresPushedRequests()) {
      all.put(ClientMetadata.REQUIRE_PUSHED_REQUESTS, BooleanNode.TRUE);
    }
    if (asked.wantsContextBack()) {
      all.put(ClientMetadata.MCP_CONTEXT_IN_REDIRECT, BooleanNode.TRUE);
    }
    return all.isEmpty() ? null : all;
  }

  /** Whether a client of this method has a secret. */
  static boolean needsSecret(String authMethod) {
    return authMethod.startsWith("client_secret_");
  }

  static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_CLIENT_METADATA, why);
  }
}
