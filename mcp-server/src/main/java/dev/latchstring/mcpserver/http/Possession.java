package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.http.Credentials.Scheme;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.dpop.DpopProof;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.dpop.ProofReplays;
import dev.latchstring.oauth.dpop.TargetUri;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §7. Whether the one who presents a token is the one it was issued to: a token that is
 * bound to a key comes with the scheme {@code DPoP} and a proof of that key, made for this very
 * request; any other comes as a bearer token.
 *
 * <p>Whatever is remembered of a token, its proof is checked with each request.
 */
final class Possession {
  private final Function<HttpServletRequest, TargetUri> target;
  private final DpopVerifier verifier;
  private final ProofReplays used;
  private final boolean required;
  private final Challenges challenges;

  /**
   * @param target the address that a proof must name: the public one, whatever a proxy made of it
   * @param required whether bearer tokens are refused
   */
  Possession(
      Function<HttpServletRequest, TargetUri> target,
      DpopVerifier verifier,
      ProofReplays used,
      boolean required,
      Challenges challenges) {
    this.target = target;
    this.verifier = verifier;
    this.used = used;
    this.required = required;
    this.challenges = challenges;
  }

  /**
   * @param response gets the next nonce, where one is due
   * @throws Refusal 401 where the token is not presented as it has to be; 503 where it cannot be
   *     remembered that a proof was used
   */
  void require(
      HttpServletRequest request,
      HttpServletResponse response,
      Credentials credentials,
      @Nullable String keyThumbprint) {
    boolean bearer = credentials.scheme() == Scheme.BEARER;
    if (bearer && (required || keyThumbprint != null)) {
      throw badToken("the token must be bound to a key, and come with the scheme DPoP", bearer);
    }
    if (bearer) {
      return;
    }
    if (keyThumbprint == null) {
      throw badToken("the token is bound to no key; it is a bearer token", bearer);
    }
    try {
      DpopProof proof =
          verifier.verify(
              Collections.list(request.getHeaders(DpopVerifier.HEADER)),
              request.getMethod(),
              target.apply(request),
              credentials.token());
      if (!proof.isOf(keyThumbprint)) {
        throw badToken("the token is bound to another key than the DPoP proof's", bearer);
      }
      if (!used.isFirstUse(proof.keyThumbprint(), proof.jwtId(), proof.rememberUntil())) {
        throw new OAuthException(
            ErrorCode.INVALID_DPOP_PROOF,
            "the DPoP proof was used before; make a new one for each request");
      }
      String next = proof.nextNonce();
      if (next != null) {
        response.setHeader(DpopVerifier.NONCE_HEADER, next);
      }
    } catch (OAuthException e) {
      throw challenges.badProof(e);
    }
  }

  private Refusal badToken(String why, boolean bearer) {
    return challenges.badToken(
        new OAuthException(ErrorCode.INVALID_TOKEN, why), bearer ? Scheme.BEARER : Scheme.DPOP);
  }
}
