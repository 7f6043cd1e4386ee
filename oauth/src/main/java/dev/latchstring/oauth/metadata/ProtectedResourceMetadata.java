package dev.latchstring.oauth.metadata;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 9728 §2. What a protected resource says of itself.
 *
 * @param resource REQUIRED; the resource's identifier
 * @param authorizationServers issuers; MCP requires at least one
 * @param dpopBoundAccessTokensRequired RFC 9449: whether it takes no other; null means no
 * @param extra every other member, kept as it came
 */
public record ProtectedResourceMetadata(
    @JsonProperty("resource") @Nullable String resource,
    @JsonProperty("authorization_servers") @Nullable List<String> authorizationServers,
    @JsonProperty("jwks_uri") @Nullable String jwksUri,
    @JsonProperty("scopes_supported") @Nullable List<String> scopesSupported,
    @JsonProperty("bearer_methods_supported") @Nullable List<String> bearerMethodsSupported,
    @JsonProperty("resource_name") @Nullable String resourceName,
    @JsonProperty("resource_documentation") @Nullable String resourceDocumentation,
    @JsonProperty("dpop_signing_alg_values_supported")
        @Nullable List<String> dpopSigningAlgValuesSupported,
    @JsonProperty("dpop_bound_access_tokens_required")
        @Nullable Boolean dpopBoundAccessTokensRequired,
    @JsonAnySetter @JsonAnyGetter @Nullable Map<String, JsonNode> extra) {}
