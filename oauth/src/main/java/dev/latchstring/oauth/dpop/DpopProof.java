package dev.latchstring.oauth.dpop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §4.2. A proof that passed every check but one: whether it was used before.
 *
 * @param keyThumbprint {@code jkt} (§6.1): the RFC 7638 thumbprint of the key, SHA-256 in base64url
 * @param jwtId {@code jti}: 1 to {@value DpopVerifier#MAX_ID} characters
 * @param rememberUntil when no node would accept it any more: until then its use is remembered
 * @param nextNonce §8.2: the nonce to send with the answer; null where none is due
 */
public record DpopProof(
    String keyThumbprint, String jwtId, Instant rememberUntil, @Nullable String nextNonce) {

  /** §7.1: whether it was made with the key that something is bound to. */
  public boolean isOf(String thumbprint) {
    return dev.latchstring.oauth.Secrets.equal(keyThumbprint, thumbprint);
  }
}
