package dev.latchstring.client.login;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §5. The key that one login's tokens are to be bound to: a new one for each login,
 * wherever the authorization server and the MCP server both say that they take one: most MCP
 * servers do not know what a bound token is, whatever their authorization server can do.
 *
 * @param key null where none is proven
 * @param proofs made with the key; null where none is proven
 * @param required whether tokens that are not bound are refused, because the MCP server takes no
 *     others
 */
record TokenBinding(@Nullable JWK key, @Nullable DpopProofs proofs, boolean required) {
  static TokenBinding of(LoginContext context) {
    Discovered at = context.at();
    boolean required = at.requiresProofs();
    if (!required && (!at.takesProofs() || context.options().bearer())) {
      return new TokenBinding(null, null, false);
    }
    JWK key = DpopProofs.newKey(context.random());
    return new TokenBinding(key, new DpopProofs(key, context.clock(), context.random()), required);
  }

  /** The same with the key of a login that was joined. */
  TokenBinding with(@Nullable String joined, LoginContext context) {
    if (joined == null || key == null || joined.equals(key.toJSONString())) {
      return this;
    }
    try {
      JWK theirs = JWK.parse(joined);
      return new TokenBinding(
          theirs, new DpopProofs(theirs, context.clock(), context.random()), required);
    } catch (ParseException e) {
      throw new ClientException(
          Problem.STORE_DAMAGED,
          "the key of the login that waits cannot be used",
          "log out and log in again");
    }
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
