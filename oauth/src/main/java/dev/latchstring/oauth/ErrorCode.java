package dev.latchstring.oauth;

/**
 * An OAuth error code, with the HTTP status that carries it.
 *
 * <p>The specifications give each code its meaning; the constant's comment names the one that
 * defines it. Clients switch on {@link #code()}, never on the status.
 */
public enum ErrorCode {
  /** RFC 6749 §5.2. */
  INVALID_REQUEST("invalid_request", 400),
  /** RFC 6749 §5.2: client authentication failed. */
  INVALID_CLIENT("invalid_client", 401),
  /** RFC 6749 §5.2. */
  INVALID_GRANT("invalid_grant", 400),
  /** RFC 6749 §5.2. */
  UNAUTHORIZED_CLIENT("unauthorized_client", 400),
  /** RFC 6749 §5.2. */
  UNSUPPORTED_GRANT_TYPE("unsupported_grant_type", 400),
  /** RFC 6749 §5.2. */
  INVALID_SCOPE("invalid_scope", 400),
  /** RFC 8707 §2. */
  INVALID_TARGET("invalid_target", 400),
  /** RFC 6749 §4.1.2.1 and RFC 8628 §3.5. */
  ACCESS_DENIED("access_denied", 400),
  /** RFC 8628 §3.5. */
  AUTHORIZATION_PENDING("authorization_pending", 400),
  /** RFC 8628 §3.5. */
  SLOW_DOWN("slow_down", 400),
  /** RFC 8628 §3.5. */
  EXPIRED_TOKEN("expired_token", 400),
  /** RFC 7009 §2.2.1. */
  UNSUPPORTED_TOKEN_TYPE("unsupported_token_type", 400),
  /** RFC 7591 §3.2.2. */
  INVALID_REDIRECT_URI("invalid_redirect_uri", 400),
  /** RFC 7591 §3.2.2. */
  INVALID_CLIENT_METADATA("invalid_client_metadata", 400),
  /** RFC 7591 §3.2.2. */
  UNAPPROVED_SOFTWARE_STATEMENT("unapproved_software_statement", 400),
  /** RFC 6750 §3.1. */
  INVALID_TOKEN("invalid_token", 401),
  /** RFC 6750 §3.1. */
  INSUFFICIENT_SCOPE("insufficient_scope", 403),
  /** RFC 9470 §3. */
  INSUFFICIENT_USER_AUTHENTICATION("insufficient_user_authentication", 401),
  /** RFC 9449 §5: 400 from an authorization server; a resource answers 401 (§7.1). */
  INVALID_DPOP_PROOF("invalid_dpop_proof", 400),
  /** RFC 9449 §8: 400 from an authorization server; a resource answers 401 (§9). */
  USE_DPOP_NONCE("use_dpop_nonce", 400),
  /** RFC 6749 §4.1.2.1. */
  UNSUPPORTED_RESPONSE_TYPE("unsupported_response_type", 400),
  /** OpenID Connect Core §3.1.2.6. */
  LOGIN_REQUIRED("login_required", 400),
  /** OpenID Connect Core §3.1.2.6. */
  CONSENT_REQUIRED("consent_required", 400),
  /** OpenID Connect Core §3.1.2.6. */
  INTERACTION_REQUIRED("interaction_required", 400),
  /** OpenID Connect Core §3.1.2.6. */
  REQUEST_NOT_SUPPORTED("request_not_supported", 400),
  /** OpenID Connect Core §3.1.2.6. */
  REQUEST_URI_NOT_SUPPORTED("request_uri_not_supported", 400),
  /** OpenID Connect Core §3.1.2.6 and RFC 9101 §7. */
  INVALID_REQUEST_URI("invalid_request_uri", 400),
  /** OpenID Connect Core Error Code unmet_authentication_requirements §2; RFC 9470 §5. */
  UNMET_AUTHENTICATION_REQUIREMENTS("unmet_authentication_requirements", 400),
  /** draft-ietf-oauth-first-party-apps-04 §5.2.2.1. */
  INVALID_SESSION("invalid_session", 400),
  /** draft-ietf-oauth-first-party-apps-04 §5.2.2.1, and §6.2 at the token endpoint. */
  INSUFFICIENT_AUTHORIZATION("insufficient_authorization", 403),
  /** draft-ietf-oauth-first-party-apps-04 §5.2.2.1.1. */
  REDIRECT_TO_WEB("redirect_to_web", 400),
  /** RFC 6749 §4.1.2.1. */
  TEMPORARILY_UNAVAILABLE("temporarily_unavailable", 503),
  /** RFC 6749 §4.1.2.1. */
  SERVER_ERROR("server_error", 500);

  private final String code;
  private final int httpStatus;

  ErrorCode(String code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** The value of the {@code error} member, as the specification spells it. */
  public String code() {
    return code;
  }

  /** The status of an HTTP response whose body carries this error. */
  public int httpStatus() {
    return httpStatus;
  }

  @Override
  public String toString() {
    return code;
  }
}
