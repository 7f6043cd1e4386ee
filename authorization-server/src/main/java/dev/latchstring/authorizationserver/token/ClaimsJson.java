package dev.latchstring.authorizationserver.token;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** RFC 9068 §2.2. The payload of an access token that is issued here: written, and read back. */
final class ClaimsJson {
  private ClaimsJson() {}

  static byte[] write(AccessTokenClaims claims) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("iss", claims.issuer());
    json.put("sub", claims.subject());
    json.put("aud", claims.audience().size() == 1 ? claims.audience().get(0) : claims.audience());
    json.put("client_id", claims.clientId());
    json.put("jti", claims.jwtId());
    json.put("iat", claims.issuedAt().getEpochSecond());
    json.put("exp", claims.expiresAt().getEpochSecond());
    if (!claims.scope().isEmpty()) {
      json.put("scope", claims.scope().toString());
    }
    if (claims.authenticationTime() != null) {
      json.put("auth_time", claims.authenticationTime().getEpochSecond());
    }
    if (claims.acr() != null) {
      json.put("acr", claims.acr());
    }
    if (!claims.amr().isEmpty()) {
      json.put("amr", claims.amr());
    }
    if (claims.grantId() != null) {
      json.put("grant_id", claims.grantId());
    }
    if (claims.preferredUsername() != null) {
      json.put("preferred_username", claims.preferredUsername());
    }
    if (!claims.teams().isEmpty()) {
      json.put("groups", claims.teams());
    }
    if (claims.actor() != null) {
      json.put("act", claims.actor());
    }
    if (claims.keyThumbprint() != null) {
      json.put("cnf", Map.of("jkt", claims.keyThumbprint()));
    }
    if (claims.mcp() != null) {
      json.putAll(claims.mcp().byName());
    }
    return Json.bytes(json);
  }

  /**
   * What {@link #write} wrote.
   *
   * @throws JsonException where it did not write this
   */
  static AccessTokenClaims read(String payload) {
    JsonNode json = Json.readTree(payload);
    JsonNode audience = json.path("aud");
    JsonNode actor = json.path("act");
    return new AccessTokenClaims(
        json.path("iss").stringValue(),
        json.path("sub").stringValue(),
        audience.isString() ? List.of(audience.stringValue()) : texts(audience),
        json.path("client_id").stringValue(),
        json.has("scope") ? Scope.parse(json.path("scope").stringValue()) : Scope.NONE,
        json.path("jti").stringValue(),
        Instant.ofEpochSecond(json.path("iat").longValue()),
        Instant.ofEpochSecond(json.path("exp").longValue()),
        json.has("auth_time") ? Instant.ofEpochSecond(json.path("auth_time").longValue()) : null,
        text(json, "acr"),
        texts(json.path("amr")),
        text(json, "grant_id"),
        text(json, "preferred_username"),
        texts(json.path("groups")),
        actor.isObject() ? members(actor) : null,
        text(json.path("cnf"), "jkt"),
        McpClaims.of(name -> json.optional(name).orElse(null)));
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).stringValue(null);
  }

  private static List<String> texts(JsonNode array) {
    return array.isArray() ? array.valueStream().map(JsonNode::stringValue).toList() : List.of();
  }

  @SuppressWarnings("unchecked") // an object's members are named
  private static Map<String, Object> members(JsonNode object) {
    return Json.convert(object, Map.class);
  }
}
