package dev.latchstring.examples.mediator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Who signed in, by the id token. Its signature is not checked: it came straight from the token
 * endpoint, which OpenID Connect Core §3.1.3.7 takes instead.
 */
record Proven(@Nullable String issuer, @Nullable String subject) {
  private static final int MAX_JWT = 64 * 1024;

  static Proven by(ChallengeTurn.Done done) {
    JsonNode claims = claims(done.tokens().idToken());
    return claims == null
        ? new Proven(null, null)
        : new Proven(text(claims, "iss"), text(claims, "sub"));
  }

  boolean isAdmittedBy(Holder holder) {
    return holder.admits(issuer, subject);
  }

  private static @Nullable JsonNode claims(@Nullable String jwt) {
    String[] parts = jwt == null || jwt.length() > MAX_JWT ? new String[0] : jwt.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      return Json.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
    } catch (IllegalArgumentException | JsonException e) {
      return null;
    }
  }

  private static @Nullable String text(JsonNode claims, String name) {
    JsonNode value = claims.get(name);
    return value != null && value.isString() ? value.stringValue() : null;
  }
}
