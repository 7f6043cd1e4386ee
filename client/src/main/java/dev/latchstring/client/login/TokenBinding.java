package dev.latchstring.client.login;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.Discovered;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §5. The key that one login's tokens are to be bound to: a new one for each login,
 * wherever the authorization server takes one.
 *
 * @param key null where none is proven
 * @param proofs made with the key; null where none is proven
 * @param required whether tokens that are not bound are refused, because the MCP server takes no
 *     others
 */
record TokenBinding(@Nullable JWK key, @Nullable DpopProofs proofs, boolean required) {
  private static final String ALGORITHM = "ES256";

  static TokenBinding of(Discovered at, Clock clock, SecureRandom random) {
    boolean required =
        at.resourceMetadata() != null
            && Boolean.TRUE.equals(at.resourceMetadata().dpopBoundAccessTokensRequired());
    if (!required && !at.authorizationServer().dpopAlgorithms().contains(ALGORITHM)) {
      return new TokenBinding(null, null, false);
    }
    JWK key = DpopProofs.newKey(random);
    return new TokenBinding(key, new DpopProofs(key, clock, random), required);
  }

  /** What is stored with the tokens. */
  Approvals.Proof proof() {
    return key == null ? Approvals.Proof.NONE : new Approvals.Proof(key.toJSONString(), null);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "TokenBinding[required=" + required + "]";
  }
}
