package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON-RPC 2.0 §5.1. A decision against a caller as a JSON-RPC error, for transports that have no
 * HTTP status: {@value #LOGIN} where a login would help, {@value #REFUSED} where not. It is
 * recognised by {@code data["dev.latchstring/auth"]}, whose members mean what the parameters of the
 * same name mean in a {@code WWW-Authenticate} challenge.
 *
 * @param code {@value #LOGIN} or {@value #REFUSED}
 * @param message for people
 * @param status the HTTP status that it would be
 * @param error OAuth's code; null where a request simply came without a login
 * @param scope every scope that the call needs; empty where none is missing
 * @param acrValues RFC 9470 §3
 * @param maximumAge RFC 9470 §3, in whole seconds; null where it does not matter
 * @param provider whose login is needed; null where the server has one
 */
public record AuthError(
    int code,
    String message,
    int status,
    @Nullable String error,
    Scope scope,
    List<String> acrValues,
    @Nullable Duration maximumAge,
    @Nullable String provider) {
  /** A login is needed, or a stronger or fresher one. */
  public static final int LOGIN = -31401;

  /** It is refused, or needs more scope. */
  public static final int REFUSED = -31403;

  /** The member of the error's {@code data}. */
  public static final String DATA_KEY = "dev.latchstring/auth";

  public AuthError {
    acrValues = List.copyOf(acrValues);
  }

  /**
   * A decision in these terms.
   *
   * @throws IllegalArgumentException where it allows
   */
  public static AuthError of(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> throw new IllegalArgumentException("nothing is refused");
      case Decision.LoginNeeded login ->
          new AuthError(
              LOGIN,
              login.provider() == null
                  ? "a login is needed"
                  : "a login at " + login.provider() + " is needed",
              401,
              null,
              login.required(),
              login.acrValues(),
              login.maximumAge(),
              login.provider());
      case Decision.InsufficientAuthentication login ->
          new AuthError(
              LOGIN,
              "a fresher or stronger login is needed",
              401,
              ErrorCode.INSUFFICIENT_USER_AUTHENTICATION.code(),
              login.required(),
              login.acrValues(),
              login.maximumAge(),
              null);
      case Decision.InsufficientScope scope ->
          new AuthError(
              REFUSED,
              "the scope " + scope.missing() + " is missing",
              403,
              ErrorCode.INSUFFICIENT_SCOPE.code(),
              scope.required(),
              List.of(),
              null,
              null);
      case Decision.Refused refused ->
          refused(refused.reason(), 403, ErrorCode.ACCESS_DENIED.code());
      case Decision.Unavailable unavailable ->
          refused(unavailable.reason(), 503, ErrorCode.TEMPORARILY_UNAVAILABLE.code());
    };
  }

  /** Somebody says who they are, and it is not believed. */
  public static AuthError badIdentity(String why) {
    return new AuthError(
        LOGIN, why, 401, ErrorCode.INVALID_TOKEN.code(), Scope.NONE, List.of(), null, null);
  }

  private static AuthError refused(String message, int status, String error) {
    return new AuthError(REFUSED, message, status, error, Scope.NONE, List.of(), null, null);
  }

  /** The error's {@code data}. */
  public Map<String, Object> data() {
    return data(null, null);
  }

  /**
   * The error's {@code data}.
   *
   * @param resourceMetadata RFC 9728 §5.1: where the protected resource's metadata is; null for
   *     none
   * @param login the method by which a login can be started; null for none
   */
  public Map<String, Object> data(@Nullable String resourceMetadata, @Nullable String login) {
    Map<String, Object> auth = new LinkedHashMap<>();
    auth.put("status", status);
    put(auth, "error", error);
    put(auth, "scope", scope.isEmpty() ? null : scope.toString());
    put(auth, "acr_values", acrValues.isEmpty() ? null : String.join(" ", acrValues));
    put(auth, "max_age", maximumAge == null ? null : maximumAge.toSeconds());
    put(auth, "provider", provider);
    put(auth, "resource_metadata", resourceMetadata);
    put(auth, "login", login);
    return Map.of(DATA_KEY, auth);
  }

  private static void put(Map<String, Object> members, String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
  }
}
