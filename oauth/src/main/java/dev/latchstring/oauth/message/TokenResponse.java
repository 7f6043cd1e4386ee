package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 6749 §5.1. A successful answer of the token endpoint.
 *
 * @param accessToken REQUIRED
 * @param tokenType REQUIRED: {@code Bearer} or {@code DPoP}, in any case
 * @param expiresIn seconds from now; null where the server does not say
 * @param scope what was granted; null where it is what was asked for
 * @param issuedTokenType RFC 8693 §2.2.1: what kind of token {@code access_token} is; null where no
 *     token was exchanged
 * @param mcpModelContext the {@code mcp_context} that the token is bound to, an object; null where
 *     the client stated none
 * @param authSession draft-ietf-oauth-first-party-apps-04 §6.1: what a step-up continues from; null
 *     where the login was none by challenge
 */
public record TokenResponse(
    @JsonProperty("access_token") @Nullable String accessToken,
    @JsonProperty("token_type") @Nullable String tokenType,
    @JsonProperty("expires_in") @Nullable Long expiresIn,
    @JsonProperty("refresh_token") @Nullable String refreshToken,
    @JsonProperty("scope") @Nullable String scope,
    @JsonProperty("id_token") @Nullable String idToken,
    @JsonProperty("issued_token_type") @Nullable String issuedTokenType,
    @JsonProperty("mcp_model_context") @Nullable JsonNode mcpModelContext,
    @JsonProperty("auth_session") @Nullable String authSession) {

  /** An answer to any grant but a token exchange, with nothing that MCP adds. */
  public TokenResponse(
      @Nullable String accessToken,
      @Nullable String tokenType,
      @Nullable Long expiresIn,
      @Nullable String refreshToken,
      @Nullable String scope,
      @Nullable String idToken) {
    this(accessToken, tokenType, expiresIn, refreshToken, scope, idToken, null, null, null);
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "TokenResponse[token_type="
        + tokenType
        + ", expires_in="
        + expiresIn
        + ", scope="
        + scope
        + ", refreshable="
        + (refreshToken != null)
        + "]";
  }
}
