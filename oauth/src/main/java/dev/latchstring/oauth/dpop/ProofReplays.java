package dev.latchstring.oauth.dpop;

import dev.latchstring.oauth.OAuthException;
import java.time.Instant;

/**
 * RFC 9449 §11.1. Remembers which proofs were used, so that each is used once.
 *
 * <p>What cannot remember must refuse: an implementation that is full or cannot reach its store
 * throws, and never forgets a proof that would still be accepted.
 */
@FunctionalInterface
public interface ProofReplays {
  /**
   * Whether this is the first use; of any number at the same moment one is.
   *
   * @param keyThumbprint the key that made the proof
   * @param jwtId the proof's {@code jti}
   * @param until when it may be forgotten
   * @throws OAuthException {@code temporarily_unavailable} where it cannot be remembered now
   */
  boolean isFirstUse(String keyThumbprint, String jwtId, Instant until);
}
