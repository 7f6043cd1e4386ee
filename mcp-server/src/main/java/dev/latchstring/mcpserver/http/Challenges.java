package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.http.Credentials.Scheme;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopVerifier;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §3, RFC 9449 §7, RFC 9470 §3 and RFC 9728 §5.1. What a client is told when authorization
 * fails, so that it knows where to get a token, with what scope and of which kind. Everything that
 * is missing is named at once.
 *
 * <p>A client without a good token is offered every scheme, {@code Bearer} first, each in a header
 * of its own; the error stands with the scheme that it used (RFC 9449 §7.2).
 */
final class Challenges {
  private static final String HEADER = "WWW-Authenticate";

  private final String resourceMetadata;
  private final Scope initialScope;
  private final List<Scheme> offered;
  private final DpopVerifier proofs;

  /**
   * @param initialScope what a client that has no token is told to ask for
   * @param dpopRequired whether a bearer token would not do
   * @param proofs who knows the next nonce
   */
  Challenges(URI resourceMetadata, Scope initialScope, boolean dpopRequired, DpopVerifier proofs) {
    this.resourceMetadata = resourceMetadata.toString();
    this.initialScope = initialScope;
    this.offered = dpopRequired ? List.of(Scheme.DPOP) : List.of(Scheme.BEARER, Scheme.DPOP);
    this.proofs = proofs;
  }

  /** RFC 6750 §3.1: a request without a token is told no error. */
  Refusal noToken() {
    return offer(Refusal.oauth(401, null, "this server needs an access token"), null, null, null);
  }

  /**
   * RFC 6750 §3.1: a request that cannot be understood as one that brings a token.
   *
   * @param used the scheme; null where it cannot be told
   */
  Refusal malformed(String description, @Nullable Scheme used) {
    String error = ErrorCode.INVALID_REQUEST.code();
    return offer(Refusal.oauth(400, error, description), error, description, used);
  }

  /** A token that is not good, or that cannot be checked now. */
  Refusal badToken(OAuthException reason, Scheme used) {
    return reason.code().httpStatus() >= 500
        ? unavailable(reason)
        : unauthorized(ErrorCode.INVALID_TOKEN.code(), reason.description(), used);
  }

  /** RFC 9449 §7.1: a proof that is not good; a proof without a nonce (§9). */
  Refusal badProof(OAuthException reason) {
    return reason.code().httpStatus() >= 500
        ? unavailable(reason)
        : unauthorized(reason.code().code(), reason.description(), Scheme.DPOP);
  }

  private static Refusal unavailable(OAuthException reason) {
    ErrorCode code = reason.code();
    return unavailable(code, reason.description());
  }

  private static Refusal unavailable(ErrorCode code, String description) {
    return Refusal.oauth(code.httpStatus(), code.code(), description).header("Retry-After", "5");
  }

  private Refusal unauthorized(String error, String description, Scheme used) {
    return offer(Refusal.oauth(401, error, description), error, description, used);
  }

  /**
   * @param used the scheme that the error belongs to; null where it belongs to every one
   */
  private Refusal offer(
      Refusal refusal,
      @Nullable String error,
      @Nullable String description,
      @Nullable Scheme used) {
    for (Scheme scheme : offered) {
      boolean tells = used == null || scheme == used || offered.size() == 1;
      Challenge challenge =
          challenge(scheme, tells ? error : null, tells ? description : null, initialScope);
      refusal.header(HEADER, challenge.header());
    }
    String nonce = proofs.nextNonce();
    return nonce == null ? refusal : refusal.header(DpopVerifier.NONCE_HEADER, nonce);
  }

  /** A decision against the caller, in terms of the scheme it used. */
  Refusal refused(Decision decision, Scheme used) {
    return switch (decision) {
      case Decision.Allowed allowed -> throw new IllegalArgumentException("nothing is refused");
      case Decision.InsufficientScope scope -> {
        String description = "the token lacks the scope " + scope.missing();
        yield refuse(ErrorCode.INSUFFICIENT_SCOPE, description, scope.required(), null, used);
      }
      case Decision.InsufficientAuthentication login ->
          refuse(
              ErrorCode.INSUFFICIENT_USER_AUTHENTICATION,
              "a fresher or stronger login is needed",
              login.required(),
              login,
              used);
      case Decision.LoginNeeded login ->
          denied("this needs a login at another provider than the tokens here are from", used);
      case Decision.Refused refused -> denied(refused.reason(), used);
      case Decision.Unavailable unavailable ->
          unavailable(ErrorCode.TEMPORARILY_UNAVAILABLE, unavailable.reason());
    };
  }

  /** Without {@code insufficient_scope}, so that a client does not ask for another token. */
  private Refusal denied(String reason, Scheme used) {
    return Refusal.oauth(403, ErrorCode.ACCESS_DENIED.code(), reason)
        .header(HEADER, challenge(used, null, null, Scope.NONE).header());
  }

  private Refusal refuse(
      ErrorCode code,
      String description,
      Scope scope,
      Decision.@Nullable InsufficientAuthentication login,
      Scheme used) {
    Challenge challenge = challenge(used, code.code(), description, scope);
    if (login != null && !login.acrValues().isEmpty()) {
      challenge = challenge.with("acr_values", String.join(" ", login.acrValues()));
    }
    Duration maximumAge = login == null ? null : login.maximumAge();
    if (maximumAge != null) {
      challenge = challenge.with("max_age", Long.toString(maximumAge.toSeconds()));
    }
    return Refusal.oauth(code.httpStatus(), code.code(), description)
        .header(HEADER, challenge.header());
  }

  private Challenge challenge(
      Scheme scheme, @Nullable String error, @Nullable String description, Scope scope) {
    boolean dpop = scheme == Scheme.DPOP;
    return Challenge.of(scheme.text())
        .with("error", error)
        .with("error_description", description)
        .with("scope", scope.isEmpty() ? null : scope.toString())
        .with("resource_metadata", resourceMetadata)
        .with("algs", dpop ? String.join(" ", DpopVerifier.ALGORITHMS) : null);
  }
}
