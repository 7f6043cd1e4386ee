package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.context.McpClaims;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect Core §2. Tells a client who the person is.
 *
 * <p>There is one where the scope has {@code openid} and a person is involved. It is signed with
 * RS256 unless the client registered {@code id_token_signed_response_alg} ES256, and lives for
 * {@link #LIFETIME}: it is read once, when it arrives.
 */
public final class IdTokens {
  /** How long after its issue a client may accept one. */
  public static final Duration LIFETIME = Duration.ofMinutes(10);

  private final String issuer;
  private final SigningKeys keys;
  private final Function<String, Optional<Profile>> profiles;
  private final Clock clock;

  public IdTokens(
      String issuer, SigningKeys keys, Function<String, Optional<Profile>> profiles, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.profiles = profiles;
    this.clock = clock;
  }

  /**
   * @param accessToken the one it comes with (§3.1.3.6)
   * @param mcp what that one repeats of the client's statements, or null
   * @return null where there is none
   */
  @Nullable String of(
      Authorization authorization,
      RegisteredClient client,
      String accessToken,
      @Nullable McpClaims mcp) {
    Instant authenticationTime = authorization.authenticationTime();
    if (authenticationTime == null || !authorization.scope().contains("openid")) {
      return null;
    }
    Optional<Profile> profile = profiles.apply(authorization.subject());
    if (profile.isEmpty()) {
      return null;
    }
    Instant now = clock.instant();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("sub", authorization.subject());
    claims.put("aud", authorization.clientId());
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(LIFETIME).getEpochSecond());
    claims.put("auth_time", authenticationTime.getEpochSecond());
    put(claims, "nonce", authorization.nonce());
    put(claims, "acr", authorization.acr());
    put(claims, "amr", authorization.amr().isEmpty() ? null : authorization.amr());
    claims.put("at_hash", halfHash(accessToken));
    claims.putAll(profile.get().claims(authorization.scope(), authorization.claims().idToken()));
    if (mcp != null) {
      claims.putAll(mcp.byName());
    }
    return keys.current(client.idTokenAlgorithm()).sign("JWT", Json.bytes(claims));
  }

  private static void put(Map<String, Object> claims, String name, @Nullable Object value) {
    if (value != null) {
      claims.put(name, value);
    }
  }

  /** The left half of SHA-256, which both algorithms use. */
  private static String halfHash(String accessToken) {
    byte[] hash = Secrets.sha256(accessToken);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
  }
}
