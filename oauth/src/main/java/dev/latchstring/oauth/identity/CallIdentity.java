package dev.latchstring.oauth.identity;

import java.time.Duration;

/**
 * The names of an identity assertion: a JWT by which an authorization server says to one tool
 * server who makes one call. It is described in {@code docs/tool-authorization.md}.
 */
public final class CallIdentity {
  /** The {@code typ} of its header. */
  public static final String TYPE = "vnd.latchstring.identity+jwt";

  /** The member of a request's {@code params._meta} that carries it. */
  public static final String META_KEY = "dev.latchstring/identity";

  /** The claim that holds the {@link CallDigest} of the call. */
  public static final String DIGEST_CLAIM = "call_digest";

  /** The longest life: from {@code iat} to {@code exp}. */
  public static final Duration MAX_LIFE = Duration.ofSeconds(60);

  /** RFC 8693 §3. The token type by which it is asked for. */
  public static final String TOKEN_TYPE = "urn:latchstring:token-type:call-identity";

  private CallIdentity() {}
}
