package dev.latchstring.oauth.message;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7591 §2. What a client says of itself when it registers; all of it unverified.
 *
 * @param tokenEndpointAuthMethod null means {@code client_secret_basic}
 * @param grantTypes null means {@code authorization_code} alone
 * @param scope the scopes the client may ask for, space-separated
 * @param jwks the client's public keys by value; never together with {@code jwks_uri}
 * @param applicationType OpenID Connect Registration §2: {@code web} or {@code native}
 * @param dpopBoundAccessTokens RFC 9449 §5.2: whether every token request has a DPoP proof; null
 *     means that it need not
 * @param postLogoutRedirectUris OpenID Connect RP-Initiated Logout §3.1: where a person may be sent
 *     after signing out
 * @param extra every other member, kept as it came
 */
public record ClientMetadata(
    @JsonProperty("redirect_uris") @Nullable List<String> redirectUris,
    @JsonProperty("token_endpoint_auth_method") @Nullable String tokenEndpointAuthMethod,
    @JsonProperty("token_endpoint_auth_signing_alg") @Nullable String tokenEndpointAuthSigningAlg,
    @JsonProperty("grant_types") @Nullable List<String> grantTypes,
    @JsonProperty("response_types") @Nullable List<String> responseTypes,
    @JsonProperty("client_name") @Nullable String clientName,
    @JsonProperty("client_uri") @Nullable String clientUri,
    @JsonProperty("logo_uri") @Nullable String logoUri,
    @JsonProperty("scope") @Nullable String scope,
    @JsonProperty("contacts") @Nullable List<String> contacts,
    @JsonProperty("tos_uri") @Nullable String tosUri,
    @JsonProperty("policy_uri") @Nullable String policyUri,
    @JsonProperty("jwks_uri") @Nullable String jwksUri,
    @JsonProperty("jwks") @Nullable JsonNode jwks,
    @JsonProperty("software_id") @Nullable String softwareId,
    @JsonProperty("software_version") @Nullable String softwareVersion,
    @JsonProperty("application_type") @Nullable String applicationType,
    @JsonProperty("dpop_bound_access_tokens") @Nullable Boolean dpopBoundAccessTokens,
    @JsonProperty("id_token_signed_response_alg") @Nullable String idTokenSignedResponseAlg,
    @JsonProperty("post_logout_redirect_uris") @Nullable List<String> postLogoutRedirectUris,
    @JsonAnySetter @JsonAnyGetter @Nullable Map<String, JsonNode> extra) {

  /** The member of {@link #extra} that says what kind of program the client is. */
  public static final String CLIENT_TYPE = "client_type";

  /** The one kind that has a name: an AI service. */
  public static final String AI_SERVICE = "ai_service";

  /** The member of {@link #extra} that says what an AI service is made of. */
  public static final String AI_METADATA = "ai_metadata";

  /** RFC 9126 §6. The member of {@link #extra} that {@link #requiresPushedRequests} reads. */
  public static final String REQUIRE_PUSHED_REQUESTS = "require_pushed_authorization_requests";

  /** The member of {@link #extra} that {@link #wantsContextBack} reads. */
  public static final String MCP_CONTEXT_IN_REDIRECT = "mcp_context_in_redirect";

  /** The member of {@link #extra} that {@link #statesFirstParty} reads: the operator's to say. */
  public static final String FIRST_PARTY = "first_party";

  /** RFC 7591 §2: the method where none is named. */
  public static final String DEFAULT_AUTH_METHOD = "client_secret_basic";

  /** The method the client uses, named or by default. */
  public String authMethod() {
    return tokenEndpointAuthMethod == null ? DEFAULT_AUTH_METHOD : tokenEndpointAuthMethod;
  }

  /** RFC 9449 §5.2: whether every token request has to have a DPoP proof. */
  public boolean bindsAccessTokens() {
    return Boolean.TRUE.equals(dpopBoundAccessTokens);
  }

  /** RFC 9126 §6: whether the client makes no authorization request but a pushed one. */
  public boolean requiresPushedRequests() {
    return isTrue(REQUIRE_PUSHED_REQUESTS);
  }

  /** Whether the client wants its {@code mcp_context} beside the code in the redirect. */
  public boolean wantsContextBack() {
    return isTrue(MCP_CONTEXT_IN_REDIRECT);
  }

  /**
   * draft-ietf-oauth-first-party-apps-04 §9.1: whether the client is said to be the server's own.
   */
  public boolean statesFirstParty() {
    return isTrue(FIRST_PARTY);
  }

  private boolean isTrue(String name) {
    JsonNode value = extra(name);
    return value != null && value.isBoolean() && value.booleanValue();
  }

  /** The grants the client may use, named or by default. */
  public List<String> grants() {
    return grantTypes == null ? List.of("authorization_code") : grantTypes;
  }

  /** A member that no specification names, or null. */
  public @Nullable JsonNode extra(String name) {
    return extra == null ? null : extra.get(name);
  }

  /** Whether the client says that it is an AI service. */
  public boolean statesAiService() {
    JsonNode type = extra(CLIENT_TYPE);
    return type != null && type.isString() && type.asString().equals(AI_SERVICE);
  }
}
