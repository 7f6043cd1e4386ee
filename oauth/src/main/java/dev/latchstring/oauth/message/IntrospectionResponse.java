package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7662 §2.2. What the authorization server knows of a token. Times are in seconds since 1970.
 *
 * <p>Of a token that is not active nothing else is said: {@link #INACTIVE}.
 *
 * @param active REQUIRED
 * @param aud the resources the token is for; one text or a list on the wire
 * @param extra every other member, such as {@code acr}, {@code act} or {@code teams}
 */
public record IntrospectionResponse(
    @JsonProperty("active") boolean active,
    @JsonProperty("scope") @Nullable String scope,
    @JsonProperty("client_id") @Nullable String clientId,
    @JsonProperty("username") @Nullable String username,
    @JsonProperty("token_type") @Nullable String tokenType,
    @JsonProperty("exp") @Nullable Long exp,
    @JsonProperty("iat") @Nullable Long iat,
    @JsonProperty("nbf") @Nullable Long nbf,
    @JsonProperty("sub") @Nullable String sub,
    @JsonProperty("aud")
        @JsonFormat(
            with = {
              JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
              JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
            })
        @Nullable List<String> aud,
    @JsonProperty("iss") @Nullable String iss,
    @JsonProperty("jti") @Nullable String jti,
    @JsonAnySetter @JsonAnyGetter @Nullable Map<String, JsonNode> extra) {

  /** RFC 7662 §2.2: the answer that tells nothing. */
  public static final IntrospectionResponse INACTIVE =
      new IntrospectionResponse(
          false, null, null, null, null, null, null, null, null, null, null, null, null);
}
