package dev.latchstring.authorizationserver.assertion;

import dev.latchstring.authorizationserver.assertion.AssertionVerifier.Verified;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenID Connect Core §2. How and when a person was authenticated by whoever vouches for them.
 *
 * <p>At most {@value #MAX_METHODS} methods; each of them, and {@code acr}, is 1 to {@value
 * #MAX_TEXT} visible ASCII characters. Anything else is {@code invalid_grant}.
 *
 * @param time null where it is not said
 */
public record AuthenticationContext(
    @Nullable Instant time, @Nullable String acr, List<String> amr) {
  private static final int MAX_METHODS = 16;
  private static final int MAX_TEXT = 256;

  public AuthenticationContext {
    amr = List.copyOf(amr);
  }

  /**
   * @param now what {@code auth_time} may not be after
   */
  public static AuthenticationContext of(Verified verified, Instant now) {
    JsonNode claims = verified.payload();
    return new AuthenticationContext(
        time(claims.path("auth_time"), now),
        claims.has("acr") ? text("acr", claims.path("acr")) : null,
        methods(claims.path("amr")));
  }

  private static @Nullable Instant time(JsonNode value, Instant now) {
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw refused("auth_time");
    }
    long seconds = value.asLong();
    if (seconds < 0 || seconds > now.plus(AssertionVerifier.SKEW).getEpochSecond()) {
      throw refused("auth_time");
    }
    return Instant.ofEpochSecond(seconds);
  }

  private static List<String> methods(JsonNode value) {
    if (value.isMissingNode()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MAX_METHODS) {
      throw refused("amr");
    }
    List<String> methods = new ArrayList<>();
    value.forEach(method -> methods.add(text("amr", method)));
    return methods;
  }

  private static String text(String claim, JsonNode value) {
    String text = value.isString() ? value.asString() : "";
    if (text.isEmpty()
        || text.length() > MAX_TEXT
        || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw refused(claim);
    }
    return text;
  }

  private static OAuthException refused(String claim) {
    return new OAuthException(
        ErrorCode.INVALID_GRANT, "the assertion's " + claim + " is not what it may be");
  }
}
