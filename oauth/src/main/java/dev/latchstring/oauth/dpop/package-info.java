/**
 * Proof of possession of a key with each request: RFC 9449 (DPoP).
 *
 * <p>It owns what a proof says and every check of it (§4.3), the nonces by which a server limits
 * the life of proofs (§8, §9), and the making of proofs. It reads no request and writes no answer,
 * and it keeps nothing: that a proof is used once is remembered by whoever implements {@link
 * dev.latchstring.oauth.dpop.ProofReplays}.
 */
@NullMarked
package dev.latchstring.oauth.dpop;

import org.jspecify.annotations.NullMarked;
