package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.verification.RememberedProofs;
import dev.latchstring.oauth.dpop.DpopNonces;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.dpop.ProofReplays;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449. How a server deals with tokens that are bound to a key.
 *
 * <p>Such a token always needs a proof of its key, made for the very request and used once. What
 * can be chosen is whether other tokens are taken, whether proofs need a nonce of this server, and
 * who remembers the proofs that were used.
 */
public final class DpopPolicy {
  /** How many proofs are remembered unless another number is set: about 25 MB of them. */
  public static final int MAX_PROOFS = 250_000;

  private final boolean required;
  private final byte @Nullable [] nonceKey;
  private final int maxProofs;
  private final @Nullable ProofReplays replays;

  private DpopPolicy(
      boolean required, byte @Nullable [] nonceKey, int maxProofs, @Nullable ProofReplays replays) {
    this.required = required;
    this.nonceKey = nonceKey;
    this.maxProofs = maxProofs;
    this.replays = replays;
  }

  /** Bearer tokens are taken beside bound ones. */
  public static DpopPolicy offered() {
    return new DpopPolicy(false, null, MAX_PROOFS, null);
  }

  /** No token is taken but those that are bound to a key. */
  public static DpopPolicy required() {
    return new DpopPolicy(true, null, MAX_PROOFS, null);
  }

  /**
   * RFC 9449 §9: every proof must have a nonce of this server, so that none can be made in advance
   * and the client's clock does not matter. It costs a client one request more, now and then.
   *
   * @param key 32 random bytes; the same on every node that answers for the resource
   * @throws IllegalArgumentException where it is shorter
   */
  public DpopPolicy withNonces(byte[] key) {
    if (key.length < 32) {
      throw new IllegalArgumentException("the key of DPoP nonces needs 32 bytes");
    }
    return new DpopPolicy(required, key.clone(), maxProofs, replays);
  }

  /**
   * How many proofs are remembered in memory. Each is for six minutes, at most eleven; where no
   * more can be, requests with a proof are answered with 503 until some expire.
   */
  public DpopPolicy withMaxProofs(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("the number of proofs must be positive");
    }
    return new DpopPolicy(required, nonceKey, most, replays);
  }

  /** Who remembers proofs instead, such as a store that several nodes share. */
  public DpopPolicy withReplays(ProofReplays replays) {
    return new DpopPolicy(required, nonceKey, maxProofs, replays);
  }

  boolean isRequired() {
    return required;
  }

  DpopVerifier verifier(InstantSource clock) {
    return new DpopVerifier(clock, nonceKey == null ? null : DpopNonces.ofKey(nonceKey, clock));
  }

  ProofReplays replays(InstantSource clock) {
    return replays == null ? new RememberedProofs(maxProofs, clock) : replays;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "DpopPolicy[required=" + required + ", nonces=" + (nonceKey != null) + "]";
  }
}
