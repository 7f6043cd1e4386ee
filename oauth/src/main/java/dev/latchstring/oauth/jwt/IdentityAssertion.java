package dev.latchstring.oauth.jwt;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant §3. The Identity Assertion JWT Authorization
 * Grant, ID-JAG: one authorization server's word, to another, for a person and a client.
 */
public final class IdentityAssertion {
  /** The {@code typ} of its header. */
  public static final String TYPE = "oauth-id-jag+jwt";

  /** §7.2: what the server that redeems it lists in its metadata. */
  public static final String GRANT_PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag";

  private IdentityAssertion() {}
}
