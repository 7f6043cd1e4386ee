package dev.latchstring.oauth;

import java.security.SecureRandom;

/**
 * RFC 7636, with the only method that OAuth 2.1 and MCP accept: {@code S256}.
 *
 * <p>A verifier has 43 to 128 characters of {@code A-Z a-z 0-9 - . _ ~}; a challenge has 43 of
 * base64url.
 */
public final class Pkce {
  /** The value of {@code code_challenge_method}. */
  public static final String S256 = "S256";

  private Pkce() {}

  /** RFC 7636 §4.1: a verifier of 256 random bits. */
  public static String newVerifier(SecureRandom random) {
    return Secrets.newToken(random);
  }

  /**
   * RFC 7636 §4.2: {@code BASE64URL(SHA256(verifier))}.
   *
   * @throws OAuthException {@code invalid_grant} where the verifier breaks §4.1
   */
  public static String challenge(String verifier) {
    if (!isUnreserved(verifier) || verifier.length() < 43 || verifier.length() > 128) {
      throw new OAuthException(
          ErrorCode.INVALID_GRANT,
          "code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~");
    }
    return Secrets.sha256Base64Url(verifier);
  }

  /** RFC 7636 §4.6: whether the verifier belongs to the challenge. */
  public static boolean matches(String verifier, String challenge) {
    return Secrets.equal(challenge(verifier), challenge);
  }

  private static boolean isUnreserved(String text) {
    return text.chars()
        .allMatch(c ->
            (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~');
  }
}
