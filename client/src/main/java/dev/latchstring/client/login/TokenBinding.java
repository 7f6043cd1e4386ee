package dev.latchstring.client.login;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.text.ParseException;
import java.util.List;
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
  private static final String ALGORITHM = "ES256";

  static TokenBinding of(LoginContext context) {
    Discovered at = context.at();
    ProtectedResourceMetadata resource = at.resourceMetadata();
    boolean required =
        resource != null && Boolean.TRUE.equals(resource.dpopBoundAccessTokensRequired());
    boolean taken =
        isAskedFor(at)
            || (resource != null
                && resource.dpopSigningAlgValuesSupported() != null
                && resource.dpopSigningAlgValuesSupported().contains(ALGORITHM));
    boolean issued = at.authorizationServer().dpopAlgorithms().contains(ALGORITHM);
    if (!required && (!taken || !issued || context.options().bearer())) {
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

  /** RFC 9449 §7.1: the MCP server's answer asks for a token of this kind. */
  private static boolean isAskedFor(Discovered at) {
    return at.challenges().stream()
        .filter(challenge -> challenge.isScheme(AccessToken.DPOP))
        .map(challenge -> challenge.parameter("algs"))
        .anyMatch(algs -> algs == null || List.of(algs.split(" ", -1)).contains(ALGORITHM));
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
