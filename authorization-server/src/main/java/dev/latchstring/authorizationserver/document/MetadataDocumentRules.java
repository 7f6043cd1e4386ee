package dev.latchstring.authorizationserver.document;

import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.registration.StrangersGrants;
import dev.latchstring.authorizationserver.registration.SubmittedMetadata;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.message.ClientMetadata;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * draft-ietf-oauth-client-id-metadata-document §4, and "Client ID Metadata Documents" of MCP. What
 * a document must say to be somebody's.
 *
 * <p>Its {@code client_id} is its address, it has a name, it has redirect URIs unless it names
 * grants that need none, and nothing in it relies on a shared secret. What holds for every client's
 * metadata holds for it, too. Where it names no way to authenticate, the client is public.
 */
final class MetadataDocumentRules {
  /** §8.7 of the draft recommends it. */
  static final int MAX_BYTES = 5 * 1024;

  /** What is asked for. */
  static final String ACCEPT = "application/json";

  private static final List<String> AUTH_METHODS = List.of("none", "private_key_jwt");

  private MetadataDocumentRules() {}

  /**
   * @param clientId the address it was fetched from
   * @throws OAuthException {@code invalid_client} with the rule that is broken
   */
  static ClientMetadata check(String clientId, GuardedFetcher.Document document) {
    requireJson(document.headers().getOrDefault("content-type", ""));
    try {
      JsonNode tree = Json.readTree(document.body());
      if (!tree.isObject()) {
        throw invalid("is not a JSON object");
      }
      requireIdentity(clientId, tree);
      return metadata(Json.convert(tree, ClientMetadata.class));
    } catch (JsonException e) {
      throw invalid("is " + e.getMessage());
    }
  }

  private static void requireJson(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    String type = parts[0].strip();
    boolean json =
        type.equals("application/json")
            || (type.startsWith("application/") && type.endsWith("+json"));
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
    }
    if (!json) {
      throw invalid("must be served as application/json in UTF-8");
    }
  }

  private static void requireIdentity(String clientId, JsonNode tree) {
    JsonNode named = tree.path("client_id");
    if (!named.isString() || !named.asString().equals(clientId)) {
      throw invalid("must have its own address, character by character, as client_id");
    }
    for (String member : List.of("client_secret", "client_secret_expires_at")) {
      if (tree.has(member)) {
        throw invalid("must not have " + member + ": what is published is no secret");
      }
    }
    if (tree.has(ClientMetadata.FIRST_PARTY)) {
      throw invalid("must not have first_party, which is the operator's to say");
    }
  }

  private static ClientMetadata metadata(ClientMetadata asked) {
    String method = asked.tokenEndpointAuthMethod() == null ? "none" : asked.authMethod();
    if (!AUTH_METHODS.contains(method)) {
      throw invalid("must have the token_endpoint_auth_method none or private_key_jwt");
    }
    if (asked.clientName() == null) {
      throw invalid("must have a client_name");
    }
    boolean redirected = asked.grants().contains("authorization_code");
    if (redirected && (asked.redirectUris() == null || asked.redirectUris().isEmpty())) {
      throw invalid("must have redirect_uris");
    }
    try {
      ClientMetadata kept = SubmittedMetadata.kept(asked, method, StrangersGrants.of(asked));
      ClientMetadataRules.check(kept);
      return kept;
    } catch (OAuthException e) {
      throw invalid("is refused: " + e.description());
    }
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_CLIENT, "the client's metadata document " + why);
  }
}
