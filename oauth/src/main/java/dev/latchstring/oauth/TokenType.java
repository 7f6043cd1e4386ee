package dev.latchstring.oauth;

/** RFC 8693 §3. The identifiers of token types. */
public final class TokenType {
  /** An OAuth access token, of whatever format. */
  public static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  /** An OAuth refresh token. */
  public static final String REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token";

  /** OpenID Connect Core §2. */
  public static final String ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";

  /** RFC 8693 §3: a JWT of whatever purpose. */
  public static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

  /** RFC 8693 §3: a SAML 2.0 assertion, in base64url. */
  public static final String SAML2 = "urn:ietf:params:oauth:token-type:saml2";

  /** draft-ietf-oauth-identity-assertion-authz-grant §9.2. */
  public static final String ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

  /** RFC 8693 §2.2.1: the {@code token_type} of what is no access token. */
  public static final String NOT_APPLICABLE = "N_A";

  private TokenType() {}
}
