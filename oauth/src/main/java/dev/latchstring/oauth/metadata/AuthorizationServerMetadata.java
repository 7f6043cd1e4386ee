package dev.latchstring.oauth.metadata;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 8414 §2 and OpenID Connect Discovery 1.0 §3. What an authorization server says of itself.
 *
 * @param issuer REQUIRED; identical, character by character, to the issuer that was looked up
 * @param deviceAuthorizationEndpoint RFC 8628 §4
 * @param authorizationChallengeEndpoint draft-ietf-oauth-first-party-apps-04 §8
 * @param authorizationResponseIssParameterSupported RFC 9207 §3
 * @param clientIdMetadataDocumentSupported draft-ietf-oauth-client-id-metadata-document
 * @param extra every other member, kept as it came
 */
public record AuthorizationServerMetadata(
    @JsonProperty("issuer") @Nullable String issuer,
    @JsonProperty("authorization_endpoint") @Nullable String authorizationEndpoint,
    @JsonProperty("token_endpoint") @Nullable String tokenEndpoint,
    @JsonProperty("jwks_uri") @Nullable String jwksUri,
    @JsonProperty("registration_endpoint") @Nullable String registrationEndpoint,
    @JsonProperty("device_authorization_endpoint") @Nullable String deviceAuthorizationEndpoint,
    @JsonProperty("authorization_challenge_endpoint")
        @Nullable String authorizationChallengeEndpoint,
    @JsonProperty("introspection_endpoint") @Nullable String introspectionEndpoint,
    @JsonProperty("revocation_endpoint") @Nullable String revocationEndpoint,
    @JsonProperty("scopes_supported") @Nullable List<String> scopesSupported,
    @JsonProperty("response_types_supported") @Nullable List<String> responseTypesSupported,
    @JsonProperty("grant_types_supported") @Nullable List<String> grantTypesSupported,
    @JsonProperty("token_endpoint_auth_methods_supported")
        @Nullable List<String> tokenEndpointAuthMethodsSupported,
    @JsonProperty("token_endpoint_auth_signing_alg_values_supported")
        @Nullable List<String> tokenEndpointAuthSigningAlgValuesSupported,
    @JsonProperty("introspection_endpoint_auth_methods_supported")
        @Nullable List<String> introspectionEndpointAuthMethodsSupported,
    @JsonProperty("revocation_endpoint_auth_methods_supported")
        @Nullable List<String> revocationEndpointAuthMethodsSupported,
    @JsonProperty("code_challenge_methods_supported")
        @Nullable List<String> codeChallengeMethodsSupported,
    @JsonProperty("authorization_response_iss_parameter_supported")
        @Nullable Boolean authorizationResponseIssParameterSupported,
    @JsonProperty("client_id_metadata_document_supported")
        @Nullable Boolean clientIdMetadataDocumentSupported,
    @JsonProperty("service_documentation") @Nullable String serviceDocumentation,
    @JsonAnySetter @JsonAnyGetter @Nullable Map<String, JsonNode> extra) {

  /**
   * RFC 8414 §2: whether a grant is offered; {@code authorization_code} and {@code implicit} where
   * none is named.
   */
  public boolean offersGrant(String grantType) {
    List<String> offered =
        grantTypesSupported == null
            ? List.of("authorization_code", "implicit")
            : grantTypesSupported;
    return offered.contains(grantType);
  }

  /** RFC 9449 §5.1: the algorithms of proofs that are taken; empty where no proof is. */
  public List<String> dpopAlgorithms() {
    return texts("dpop_signing_alg_values_supported");
  }

  /** RFC 9126 §5: where requests are pushed; null where none is taken. */
  public @Nullable String pushedRequestEndpoint() {
    JsonNode value = extra == null ? null : extra.get("pushed_authorization_request_endpoint");
    return value == null || !value.isString() ? null : value.stringValue();
  }

  /** RFC 9126 §5: whether no request is taken but a pushed one. */
  public boolean requiresPushedRequests() {
    JsonNode value = extra == null ? null : extra.get("require_pushed_authorization_requests");
    return value != null && value.isBoolean() && value.booleanValue();
  }

  /** OpenID Connect Prompt Create §4.1: the prompts that are taken; empty where it does not say. */
  public List<String> promptValues() {
    return texts("prompt_values_supported");
  }

  private List<String> texts(String member) {
    JsonNode value = extra == null ? null : extra.get(member);
    return value == null || !value.isArray()
        ? List.of()
        : value.valueStream().filter(JsonNode::isString).map(JsonNode::stringValue).toList();
  }
}
