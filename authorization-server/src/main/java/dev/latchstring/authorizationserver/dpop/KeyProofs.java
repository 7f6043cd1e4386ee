package dev.latchstring.authorizationserver.dpop;

import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.dpop.DpopNonces;
import dev.latchstring.oauth.dpop.DpopProof;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.dpop.ProofReplays;
import dev.latchstring.oauth.dpop.TargetUri;
import dev.latchstring.oauth.message.ErrorResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §4.3 and §8. Which key a request to this server proves to hold.
 *
 * <p>A proof is used once: from the moment it was checked, whatever becomes of the request. Where
 * nonces are required, the answer carries the next one ({@code DPoP-Nonce}) when the client needs
 * it: with every refusal of a proof, and when its own is no longer the latest.
 */
public final class KeyProofs {
  private final String issuer;
  private final DpopVerifier verifier;
  private final ProofReplays used;

  /**
   * @param issuer what every public address of this server begins with
   * @param nonces null where proofs go by the client's clock
   */
  public KeyProofs(
      String issuer, InstantSource clock, @Nullable DpopNonces nonces, ProofReplays used) {
    this.issuer = issuer;
    this.verifier = new DpopVerifier(clock, nonces);
    this.used = used;
  }

  /**
   * The thumbprint of the key that the request proves, null where it has no {@code DPoP} header.
   *
   * @param path where the endpoint is, below the issuer
   * @throws OAuthException {@code invalid_dpop_proof} or {@code use_dpop_nonce}
   */
  public @Nullable String keyThumbprint(Exchange exchange, String path) {
    List<String> proofs = exchange.headers(DpopVerifier.HEADER);
    return proofs.isEmpty() ? null : check(exchange, proofs, path, null).keyThumbprint();
  }

  /**
   * RFC 9449 §7.1. Whether the request proves the key that an access token is bound to, at an
   * endpoint that takes access tokens. Where it does not, it is answered: 401 with a challenge.
   *
   * @param path where the endpoint is, below the issuer
   * @param accessToken the token that was presented with the scheme {@code DPoP}
   * @param keyThumbprint what it is bound to
   * @throws OAuthException {@code temporarily_unavailable} where that cannot be told
   */
  public boolean isProven(Exchange exchange, String path, String accessToken, String keyThumbprint)
      throws IOException {
    try {
      List<String> proofs = exchange.headers(DpopVerifier.HEADER);
      if (check(exchange, proofs, path, accessToken).isOf(keyThumbprint)) {
        return true;
      }
      throw new OAuthException(
          ErrorCode.INVALID_TOKEN, "the access token is bound to another key than the proof's");
    } catch (OAuthException refusal) {
      if (refusal.code().httpStatus() >= 500) {
        throw refusal;
      }
      String error = refusal.code().code();
      if (refusal.code() != ErrorCode.USE_DPOP_NONCE) {
        SecurityLog.note(
            "request_refused",
            "endpoint",
            path,
            "error",
            error,
            "address",
            exchange.clientAddress(),
            "reason",
            refusal.description());
      }
      exchange.setHeader(
          "WWW-Authenticate",
          Challenge.of("DPoP")
              .with("error", error)
              .with("error_description", refusal.description())
              .with("algs", String.join(" ", DpopVerifier.ALGORITHMS))
              .header());
      exchange.answer(401, Json.bytes(new ErrorResponse(error, refusal.description(), null)));
      return false;
    }
  }

  private DpopProof check(
      Exchange exchange, List<String> proofs, String path, @Nullable String accessToken) {
    try {
      DpopProof proof =
          verifier.verify(proofs, exchange.method(), TargetUri.of(issuer + path), accessToken);
      offer(exchange, proof.nextNonce());
      if (used.isFirstUse(proof.keyThumbprint(), proof.jwtId(), proof.rememberUntil())) {
        return proof;
      }
      throw new OAuthException(
          ErrorCode.INVALID_DPOP_PROOF,
          "the DPoP proof was used before; make a new one for each request");
    } catch (OAuthException refusal) {
      offer(exchange, verifier.nextNonce());
      throw refusal;
    }
  }

  private static void offer(Exchange exchange, @Nullable String nonce) {
    if (nonce != null) {
      exchange.setHeader(DpopVerifier.NONCE_HEADER, nonce);
    }
  }
}
