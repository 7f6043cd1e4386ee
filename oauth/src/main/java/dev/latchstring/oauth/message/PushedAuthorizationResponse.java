package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9126 §2.2. What a pushed authorization request gets.
 *
 * @param requestUri REQUIRED: the name to send to the authorization endpoint
 * @param expiresIn REQUIRED: for how many seconds
 */
public record PushedAuthorizationResponse(
    @JsonProperty("request_uri") @Nullable String requestUri,
    @JsonProperty("expires_in") @Nullable Long expiresIn) {

  /** Without the name: whoever has it can use the request. */
  @Override
  public String toString() {
    return "PushedAuthorizationResponse[expires_in=" + expiresIn + "]";
  }
}
