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
 */
public record ErrorResponse(
    @JsonProperty("error") @Nullable String error,
    @JsonProperty("error_description") @Nullable String errorDescription,
    @JsonProperty("error_uri") @Nullable String errorUri) {}
