package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.McpContext;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §3.2. What a grant is asked to redeem.
 *
 * @param client the client, authenticated and registered for the grant
 * @param form the parameters
 * @param keyThumbprint RFC 9449 §6.1: the key that the sender has proved to hold; null where it
 *     proved none
 */
public record TokenRequest(
    RegisteredClient client, FormParameters form, @Nullable String keyThumbprint) {

  /**
   * RFC 9449 §5 and §10. Refuses to redeem for anybody but the holder of the key that what is
   * redeemed is bound to.
   *
   * @param bound the key's thumbprint; null where it is bound to none
   * @throws OAuthException {@code invalid_grant}
   */
  public void requireKey(@Nullable String bound) {
    if (bound != null && !bound.equals(keyThumbprint)) {
      throw new OAuthException(
          ErrorCode.INVALID_GRANT,
          keyThumbprint == null
              ? "this is bound to a key; send a DPoP proof of it"
              : "this is bound to another key than the DPoP proof's");
    }
  }

  /**
   * {@code mcp_context}: what the client states of its model session; null where it states nothing.
   *
   * @throws OAuthException {@code invalid_request} where it is malformed or too large
   */
  public @Nullable McpContext context() {
    return McpContext.of(form);
  }

  /**
   * Refuses to redeem a code for a client that states another context than it asked with. One that
   * states none goes on with what it asked with.
   *
   * @param asked the context of the request that the code answers, or null
   * @throws OAuthException {@code invalid_grant}; {@code invalid_request} as {@link #context}
   */
  public void requireSameContext(@Nullable McpContext asked) {
    McpContext stated = context();
    if (stated != null && !stated.equals(asked)) {
      throw new OAuthException(
          ErrorCode.INVALID_GRANT, "mcp_context is not the one of the request for this code");
    }
  }

  /**
   * RFC 9449 §5. What refresh tokens of this request are bound to: the key of a public client. A
   * confidential one proves itself otherwise, and may change its keys.
   */
  public @Nullable String grantKey() {
    return client.isPublic() ? keyThumbprint : null;
  }
}
