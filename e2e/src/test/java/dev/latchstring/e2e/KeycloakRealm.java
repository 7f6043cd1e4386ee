package dev.latchstring.e2e;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A realm of Keycloak's for one MCP server: one person, a client that logs people in, and clients
 * that log in themselves.
 *
 * <p>As its operators have to: the audience and the claims of RFC 9068 come of a client scope's
 * mappers, and the type of the token of a client's attribute.
 */
final class KeycloakRealm {
  static final String NAME = "clinic";

  /** Logs people in, by code and by device. */
  static final String LATCH = "latch";

  /** Logs in by {@link #SECRET}. */
  static final String JOB = "job";

  /** Logs in by its key. */
  static final String JOB_WITH_KEY = "job-key";

  /** Asks by {@link #SECRET} whether tokens are good. */
  static final String WATCHER = "watcher";

  static final String SECRET = "secret-of-the-machines-0123456789";
  static final String USERNAME = "alice";
  static final String PASSWORD = "correct horse battery staple";

  private KeycloakRealm() {}

  /**
   * @param resource the MCP server
   * @param key of {@link #JOB_WITH_KEY}
   */
  static Map<String, Object> of(URI resource, ECKey key) {
    return Map.of(
        "realm",
        NAME,
        "enabled",
        true,
        "sslRequired",
        "none",
        "clientScopes",
        List.of(
            scope(
                "clinic:read",
                mapper("audience", "included.custom.audience", resource.toString()),
                named("watcher", mapper("audience", "included.client.audience", WATCHER)),
                mapper("sub"),
                mapper(
                    "usermodel-attribute",
                    "user.attribute",
                    "username",
                    "claim.name",
                    "preferred_username",
                    "jsonType.label",
                    "String")),
            scope("offline_access")),
        "clients",
        List.of(
            client(
                LATCH,
                Map.of(
                    "publicClient",
                    true,
                    "standardFlowEnabled",
                    true,
                    "redirectUris",
                    List.of("http://127.0.0.1/callback")),
                Map.of("oauth2.device.authorization.grant.enabled", "true")),
            client(JOB, Map.of("secret", SECRET, "serviceAccountsEnabled", true), Map.of()),
            client(
                JOB_WITH_KEY,
                Map.of("clientAuthenticatorType", "client-jwt", "serviceAccountsEnabled", true),
                Map.of(
                    "use.jwks.string",
                    "true",
                    "jwks.string",
                    Json.write(Map.of("keys", List.of(key.toPublicJWK().toJSONObject()))))),
            client(WATCHER, Map.of("secret", SECRET), Map.of())),
        "users",
        List.of(
            Map.of(
                "username",
                USERNAME,
                "enabled",
                true,
                "email",
                "alice@example.com",
                "emailVerified",
                true,
                "firstName",
                "Alice",
                "lastName",
                "Moreau",
                "realmRoles",
                List.of("offline_access"),
                "credentials",
                List.of(Map.of("type", "password", "value", PASSWORD)))));
  }

  @SafeVarargs
  private static Map<String, Object> scope(String name, Map<String, Object>... mappers) {
    return Map.of(
        "name",
        name,
        "protocol",
        "openid-connect",
        "attributes",
        Map.of("include.in.token.scope", "true"),
        "protocolMappers",
        List.of(mappers));
  }

  private static Map<String, Object> mapper(String kind, String... settings) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("access.token.claim", "true");
    configuration.put("introspection.token.claim", "true");
    for (int i = 0; i < settings.length; i += 2) {
      configuration.put(settings[i], settings[i + 1]);
    }
    return Map.of(
        "name",
        kind,
        "protocol",
        "openid-connect",
        "protocolMapper",
        "oidc-" + kind + "-mapper",
        "config",
        configuration);
  }

  private static Map<String, Object> named(String name, Map<String, Object> mapper) {
    Map<String, Object> all = new LinkedHashMap<>(mapper);
    all.put("name", name);
    return all;
  }

  private static Map<String, Object> client(
      String id, Map<String, Object> members, Map<String, String> attributes) {
    Map<String, String> all = new LinkedHashMap<>(attributes);
    all.put("access.token.header.type.rfc9068", "true");
    Map<String, Object> client = new LinkedHashMap<>(members);
    client.put("clientId", id);
    client.put("optionalClientScopes", List.of("clinic:read", "offline_access"));
    client.put("attributes", all);
    client.put(
        "protocolMappers",
        List.of(
            mapper(
                "hardcoded-claim",
                "claim.name",
                "client_id",
                "claim.value",
                id,
                "jsonType.label",
                "String")));
    return client;
  }
}
