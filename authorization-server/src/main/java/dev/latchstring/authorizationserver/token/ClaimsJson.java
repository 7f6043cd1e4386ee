package dev.latchstring.authorizationserver.token;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.util.LinkedHashMap;
import java.util.Map;

/** RFC 9068 §2.2. The payload of an access token. */
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
}
