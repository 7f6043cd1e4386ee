package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §5.2. A refusal, as it travels.
 *
 * @param error REQUIRED; one of {@link dev.latchstring.oauth.ErrorCode}, or a code of the server's
 *     own
 * @param errorDescription for the developer of the client
 * @param errorUri a page about it
 * @param authSession draft-ietf-oauth-first-party-apps-04 §6.2: what the client goes on with at the
 *     authorization challenge endpoint
 */
public record ErrorResponse(
    @JsonProperty("error") @Nullable String error,
    @JsonProperty("error_description") @Nullable String errorDescription,
    @JsonProperty("error_uri") @Nullable String errorUri,
    @JsonProperty("auth_session") @Nullable String authSession) {

  /** One that ends there. */
  public ErrorResponse(
      @Nullable String error, @Nullable String errorDescription, @Nullable String errorUri) {
    this(error, errorDescription, errorUri, null);
  }

  /** Without the session, which is a secret. */
  @Override
  public String toString() {
    return "ErrorResponse[error=" + error + ", error_description=" + errorDescription + "]";
  }
}
