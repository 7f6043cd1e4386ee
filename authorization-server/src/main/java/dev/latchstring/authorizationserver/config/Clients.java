package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;

/** The rules for {@code clients}: those of RFC 7591, and what the operator alone can decide. */
final class Clients {
  private static final int MAX_CLIENT_ID = 255;

  private Clients() {}

  static List<ClientSettings> read(List<ConfigurationFile.Client> clients) {
    Set<String> seen = new HashSet<>();
    return clients.stream().map(client -> one(client, seen)).toList();
  }

  private static ClientSettings one(ConfigurationFile.Client client, Set<String> seen) {
    String id = id(client.clientId());
    if (!seen.add(id)) {
      throw new ConfigurationException("clients: '" + id + "' is there twice");
    }
    ClientMetadata metadata = metadata(client);
    try {
      ClientMetadataRules.check(metadata);
    } catch (OAuthException e) {
      throw wrong(id, e.description());
    }
    requireSecret(id, client.clientSecret(), metadata.authMethod());
    requireGrants(id, metadata);
    return new ClientSettings(
        id,
        client.clientSecret(),
        metadata,
        debug(id, client, metadata),
        instanceKeys(id, client, metadata),
        Boolean.TRUE.equals(client.test()));
  }

  /** Whoever sends a public client's name would have its permission. */
  private static boolean debug(
      String id, ConfigurationFile.Client client, ClientMetadata metadata) {
    boolean debug = Boolean.TRUE.equals(client.debug());
    if (debug && metadata.authMethod().equals("none")) {
      throw wrong(id, "debug is for clients that authenticate; give it a client_secret or a key");
    }
    return debug;
  }

  /** RFC 7638 §3: a SHA-256 thumbprint in base64url. */
  private static List<String> instanceKeys(
      String id, ConfigurationFile.Client client, ClientMetadata metadata) {
    List<String> keys = client.instanceKeys() == null ? List.of() : client.instanceKeys();
    if (keys.isEmpty()) {
      return keys;
    }
    if (!metadata.statesFirstParty() || !metadata.authMethod().equals("none")) {
      throw wrong(id, "instance_keys are for a first_party client that has no secret and no key");
    }
    for (String key : keys) {
      if (key == null || !key.matches("[A-Za-z0-9_-]{43}")) {
        throw wrong(
            id,
            "instance_keys has one that is no JWK SHA-256 thumbprint: 43 characters (RFC 7638)");
      }
    }
    return keys;
  }

  /** RFC 6749 appendix A.1. */
  private static String id(@Nullable String id) {
    if (id == null
        || id.isEmpty()
        || id.length() > MAX_CLIENT_ID
        || id.chars().anyMatch(c -> c < 0x20 || c > 0x7E)) {
      throw new ConfigurationException(
          "clients: each needs a client_id of 1 to "
              + MAX_CLIENT_ID
              + " printable ASCII characters");
    }
    return id;
  }

  private static ClientMetadata metadata(ConfigurationFile.Client client) {
    String method = method(client);
    return new ClientMetadata(
        client.redirectUris(),
        method,
        client.tokenEndpointAuthSigningAlg(),
        grants(client, method),
        client.responseTypes(),
        client.clientName(),
        client.clientUri(),
        client.logoUri(),
        client.scope(),
        client.contacts(),
        client.tosUri(),
        client.policyUri(),
        client.jwksUri(),
        client.jwks(),
        client.softwareId(),
        client.softwareVersion(),
        client.applicationType(),
        client.dpopBoundAccessTokens(),
        client.idTokenSignedResponseAlg(),
        client.postLogoutRedirectUris(),
        extra(client));
  }

  private static @Nullable Map<String, JsonNode> extra(ConfigurationFile.Client client) {
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    if (client.clientType() != null) {
      if (!client.clientType().equals(ClientMetadata.AI_SERVICE)) {
        throw new ConfigurationException(
            "clients: client_type is " + ClientMetadata.AI_SERVICE + ", or not there");
      }
      extra.put(ClientMetadata.CLIENT_TYPE, Json.mapper().valueToTree(client.clientType()));
    }
    if (client.aiMetadata() != null) {
      extra.put(ClientMetadata.AI_METADATA, client.aiMetadata());
    }
    if (Boolean.TRUE.equals(client.requirePushedAuthorizationRequests())) {
      extra.put(ClientMetadata.REQUIRE_PUSHED_REQUESTS, BooleanNode.TRUE);
    }
    if (Boolean.TRUE.equals(client.firstParty())) {
      extra.put(ClientMetadata.FIRST_PARTY, BooleanNode.TRUE);
    }
    if (Boolean.TRUE.equals(client.mcpContextInRedirect())) {
      extra.put(ClientMetadata.MCP_CONTEXT_IN_REDIRECT, BooleanNode.TRUE);
    }
    return extra.isEmpty() ? null : extra;
  }

  /** Where no method is named, what is there says which is meant. */
  private static String method(ConfigurationFile.Client client) {
    if (client.tokenEndpointAuthMethod() != null) {
      return client.tokenEndpointAuthMethod();
    }
    if (client.clientSecret() != null) {
      return ClientMetadata.DEFAULT_AUTH_METHOD;
    }
    return client.jwks() != null || client.jwksUri() != null ? "private_key_jwt" : "none";
  }

  /** Where none is named: the code for whoever can be sent one, beside what there is without. */
  private static List<String> grants(ConfigurationFile.Client client, String method) {
    if (client.grantTypes() != null) {
      return client.grantTypes();
    }
    boolean redirects = client.redirectUris() != null && !client.redirectUris().isEmpty();
    redirects |= Boolean.TRUE.equals(client.firstParty());
    if (method.equals("none")) {
      return redirects
          ? List.of(GrantTypes.AUTHORIZATION_CODE, GrantTypes.DEVICE_CODE, GrantTypes.REFRESH_TOKEN)
          : List.of(GrantTypes.DEVICE_CODE, GrantTypes.REFRESH_TOKEN);
    }
    return redirects
        ? List.of(
            GrantTypes.AUTHORIZATION_CODE, GrantTypes.REFRESH_TOKEN, GrantTypes.CLIENT_CREDENTIALS)
        : List.of(GrantTypes.CLIENT_CREDENTIALS);
  }

  private static void requireSecret(String id, @Nullable String secret, String method) {
    boolean needed = method.startsWith("client_secret_");
    if (needed && (secret == null || secret.isEmpty())) {
      throw wrong(id, "token_endpoint_auth_method " + method + " needs a client_secret");
    }
    if (!needed && secret != null) {
      throw wrong(id, "a client_secret has no use with token_endpoint_auth_method " + method);
    }
  }

  private static void requireGrants(String id, ClientMetadata metadata) {
    for (String grant : metadata.grants()) {
      if (!GrantTypes.SUPPORTED.contains(grant)) {
        String hint =
            NearestName.of(grant, GrantTypes.SUPPORTED)
                .map(nearest -> "did you mean '" + nearest + "'?")
                .orElse("possible: " + String.join(", ", GrantTypes.SUPPORTED));
        throw wrong(id, "grant_types has the unknown '" + grant + "'; " + hint);
      }
    }
    if (metadata.authMethod().equals("none")
        && metadata.grants().contains(GrantTypes.CLIENT_CREDENTIALS)) {
      throw wrong(id, "client_credentials needs a client_secret or a key (RFC 6749 section 4.4)");
    }
  }

  private static ConfigurationException wrong(String id, String why) {
    return new ConfigurationException("clients: '" + id + "': " + why);
  }
}
