package dev.latchstring.client.machine;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A token that somebody else obtained, from an environment variable. It is for one MCP server, goes
 * before every login, and is never stored, refreshed or revoked.
 */
public final class EnvironmentToken implements TokenSource {
  private final String variable;
  private final AccessToken token;
  private final Clock clock;

  /**
   * @param variable where it is from, for messages
   * @param value a secret
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where it is no token, or one
   *     that is bound to a key (RFC 9449), which is not here
   */
  public EnvironmentToken(URI server, String variable, String value, Clock clock) {
    String text = TokenText.of(value, "the variable " + variable);
    Jwt jwt = Jwt.of(text);
    if (jwt != null && jwt.keyThumbprint() != null) {
      throw TokenText.unusable(
          "the token in " + variable + " is bound to a key (RFC 9449), and good for nothing here",
          "give one that is not; or log in here");
    }
    this.variable = variable;
    this.clock = clock;
    this.token =
        new AccessToken(
            text,
            AccessToken.BEARER,
            HttpsUri.requireResource(server.toString()),
            scope(jwt),
            jwt == null || jwt.expiresAt() == null
                ? null
                : Instant.ofEpochSecond(Math.clamp(jwt.expiresAt(), 0, Integer.MAX_VALUE * 2L)));
  }

  private static Scope scope(@Nullable Jwt jwt) {
    JsonNode scope = jwt == null ? null : jwt.claims().get("scope");
    try {
      return scope == null || !scope.isString() ? Scope.NONE : Scope.parse(scope.stringValue());
    } catch (OAuthException e) {
      return Scope.NONE;
    }
  }

  @Override
  public AccessToken token() {
    Instant end = token.expiresAt();
    if (end != null && !clock.instant().isBefore(end)) {
      throw over("the token in " + variable + " expired at " + end);
    }
    return token;
  }

  @Override
  public AccessToken rejected(AccessToken rejected) {
    if (!rejected.value().equals(token.value())) {
      return token();
    }
    throw over(token.resource() + " does not accept the token in " + variable);
  }

  private ClientException over(String what) {
    return new ClientException(
        Problem.LOGIN_REQUIRED,
        what,
        "set "
            + variable
            + " to a newer one, which is never made from here; or unset it and log in");
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "EnvironmentToken[" + variable + "]";
  }
}
