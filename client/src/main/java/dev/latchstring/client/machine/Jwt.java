package dev.latchstring.client.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7519. The claims of somebody else's JWT, read to decide whether it may be sent. Nothing is
 * verified: that is for whoever it is sent to.
 */
record Jwt(JsonNode header, JsonNode claims) {
  /** Null where it is none, or an encrypted one. */
  static @Nullable Jwt of(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      JsonNode header = json(parts[0]);
      JsonNode claims = json(parts[1]);
      return header.isObject() && claims.isObject() ? new Jwt(header, claims) : null;
    } catch (IllegalArgumentException | JsonException e) {
      return null;
    }
  }

  private static JsonNode json(String part) {
    return Json.readTree(new String(Base64.getUrlDecoder().decode(part), UTF_8));
  }

  /** {@code aud} (§4.1.3), a string or a list of them; empty where there is none. */
  List<String> audience() {
    JsonNode aud = claims.path("aud");
    List<String> audience = new ArrayList<>();
    if (aud.isString()) {
      audience.add(aud.stringValue());
    }
    if (aud.isArray()) {
      aud.valueStream().filter(JsonNode::isString).forEach(one -> audience.add(one.stringValue()));
    }
    return audience;
  }

  /** {@code iss}; null where there is none. */
  @Nullable String issuer() {
    JsonNode iss = claims.path("iss");
    return iss.isString() ? iss.stringValue() : null;
  }

  /** {@code exp} (§4.1.4), in seconds since 1970; null where there is none. */
  @Nullable Long expiresAt() {
    JsonNode exp = claims.path("exp");
    return exp.isNumber() ? exp.longValue() : null;
  }

  /** RFC 9449 §6.1; null where it is bound to no key. */
  @Nullable String keyThumbprint() {
    JsonNode jkt = claims.path("cnf").path("jkt");
    return jkt.isString() ? jkt.stringValue() : null;
  }

  /** Without the claims. */
  @Override
  public String toString() {
    return "Jwt[]";
  }
}
