package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §3, RFC 9470 §3 and RFC 9728 §5.1. What a client is told when authorization fails, so
 * that it knows where to get a token and with what scope. Everything that is missing is named at
 * once.
 */
final class Challenges {
  private final String resourceMetadata;
  private final Scope initialScope;

  /**
   * @param initialScope what a client that has no token is told to ask for
   */
  Challenges(URI resourceMetadata, Scope initialScope) {
    this.resourceMetadata = resourceMetadata.toString();
    this.initialScope = initialScope;
  }

  /** RFC 6750 §3.1: a request without a token is told no error. */
  Refusal noToken() {
    return Refusal.oauth(401, null, "this server needs an access token")
        .header("WWW-Authenticate", challenge(null, null, initialScope).header());
  }

  /** RFC 6750 §3.1: a request that cannot be understood as one that brings a token. */
  Refusal malformed(String description) {
    String error = ErrorCode.INVALID_REQUEST.code();
    return Refusal.oauth(400, error, description)
        .header("WWW-Authenticate", challenge(error, description, initialScope).header());
  }

  /** A token that is not good, or that cannot be checked now. */
  Refusal badToken(OAuthException reason) {
    if (reason.code().httpStatus() >= 500) {
      return Refusal.oauth(reason.code().httpStatus(), reason.code().code(), reason.description())
          .header("Retry-After", "5");
    }
    String error = ErrorCode.INVALID_TOKEN.code();
    return Refusal.oauth(401, error, reason.description())
        .header("WWW-Authenticate", challenge(error, reason.description(), initialScope).header());
  }

  /** A decision against the caller. */
  Refusal refused(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> throw new IllegalArgumentException("nothing is refused");
      case Decision.InsufficientScope scope -> {
        String description = "the token lacks the scope " + scope.missing();
        yield refuse(ErrorCode.INSUFFICIENT_SCOPE, description, scope.required(), null);
      }
      case Decision.InsufficientAuthentication login ->
          refuse(
              ErrorCode.INSUFFICIENT_USER_AUTHENTICATION,
              "a fresher or stronger login is needed",
              login.required(),
              login);
      case Decision.Refused refused ->
          Refusal.oauth(403, ErrorCode.ACCESS_DENIED.code(), refused.reason())
              .header("WWW-Authenticate", challenge(null, null, Scope.NONE).header());
    };
  }

  private Refusal refuse(
      ErrorCode code,
      String description,
      Scope scope,
      Decision.@Nullable InsufficientAuthentication login) {
    Challenge challenge = challenge(code.code(), description, scope);
    if (login != null && !login.acrValues().isEmpty()) {
      challenge = challenge.with("acr_values", String.join(" ", login.acrValues()));
    }
    Duration maximumAge = login == null ? null : login.maximumAge();
    if (maximumAge != null) {
      challenge = challenge.with("max_age", Long.toString(maximumAge.toSeconds()));
    }
    return Refusal.oauth(code.httpStatus(), code.code(), description)
        .header("WWW-Authenticate", challenge.header());
  }

  private Challenge challenge(@Nullable String error, @Nullable String description, Scope scope) {
    return Challenge.of("Bearer")
        .with("error", error)
        .with("error_description", description)
        .with("scope", scope.isEmpty() ? null : scope.toString())
        .with("resource_metadata", resourceMetadata);
  }
}
