package dev.latchstring.client.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** What tests of grants share: requests that are about to be made, and JWTs of others. */
final class Machines {
  static final String ISSUER = "https://auth.example.com";

  private Machines() {}

  /** A request to an authorization server that nobody has to reach. */
  static MachineRequest request(Clock clock) {
    return request(clock, false);
  }

  static MachineRequest request(Clock clock, boolean pinned) {
    Http http = new Http();
    return new MachineRequest(
        new Discovered(
            URI.create("https://mcp.example.com/mcp"),
            URI.create("https://mcp.example.com/mcp"),
            ISSUER,
            metadata(Map.of("issuer", ISSUER, "token_endpoint", ISSUER + "/token")),
            null,
            Scope.NONE),
        Scope.NONE,
        pinned,
        null,
        http,
        new ClientRequests(http),
        clock);
  }

  static AuthorizationServerMetadata metadata(Map<String, Object> members) {
    return Json.read(Json.bytes(members), AuthorizationServerMetadata.class);
  }

  /** A JWT that nobody here verifies. */
  static String jwt(Map<String, Object> claims) {
    return jwt("JWT", claims);
  }

  static String jwt(String type, Map<String, Object> claims) {
    return part(Map.of("alg", "ES256", "typ", type)) + "." + part(claims) + ".c2lnbmF0dXJl";
  }

  /** One for an audience, of a platform. */
  static String assertion(String audience, long expiresAt) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", "https://platform.example.com");
    claims.put("sub", "system:serviceaccount:ci:deployer");
    claims.put("aud", audience);
    claims.put("exp", expiresAt);
    return jwt(claims);
  }

  private static String part(Map<String, Object> json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(json).getBytes(UTF_8));
  }
}
