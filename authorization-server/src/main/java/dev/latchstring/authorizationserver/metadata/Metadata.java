package dev.latchstring.authorizationserver.metadata;

import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.config.AssertionSettings;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.jwt.IdentityAssertion;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.StringNode;

/**
 * RFC 8414 §2 and OpenID Connect Discovery 1.0 §3. One document for both, for the members that
 * OpenID adds say nothing wrong to anybody.
 */
public final class Metadata {
  /** How long the documents may be kept, in seconds. */
  public static final int MAX_AGE = 300;

  private static final List<String> CONFIDENTIAL =
      ClientMetadataRules.AUTH_METHODS.stream().filter(method -> !method.equals("none")).toList();

  private static final List<String> CLAIMS =
      Stream.concat(
              Stream.of(
                  "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash"),
              Profile.CLAIMS.stream())
          .toList();

  private Metadata() {}

  /**
   * @param configuration says what of it is there
   */
  public static AuthorizationServerMetadata of(
      String issuer, EndpointPaths paths, Scope scopes, ServerConfiguration configuration) {
    AssertionSettings assertions = configuration.assertions();
    boolean registration = configuration.dynamicRegistration().enabled();
    boolean documents = configuration.clientIdMetadataDocuments().enabled();
    return new AuthorizationServerMetadata(
        issuer,
        issuer + paths.authorization(),
        issuer + paths.token(),
        issuer + paths.jwks(),
        registration ? issuer + paths.registration() : null,
        issuer + paths.deviceAuthorization(),
        configuration.hasFirstPartyClient() ? issuer + paths.authorizationChallenge() : null,
        issuer + paths.introspection(),
        issuer + paths.revocation(),
        List.copyOf(ScopePolicy.IDENTITY.union(scopes).values()),
        List.of("code"),
        grants(assertions),
        ClientMetadataRules.AUTH_METHODS,
        ClientMetadataRules.ASSERTION_ALGORITHMS,
        CONFIDENTIAL,
        ClientMetadataRules.AUTH_METHODS,
        List.of(Pkce.S256),
        true,
        documents ? true : null,
        null,
        otherMembers(issuer, paths, configuration));
  }

  /**
   * RFC 9728 §2. The issuer as a resource of its own: where people's programs answer for them. Its
   * scopes are not among those of the other document, for no other resource has them.
   */
  public static ProtectedResourceMetadata ofIssuerAsResource(String issuer) {
    return new ProtectedResourceMetadata(
        issuer,
        List.of(issuer),
        null,
        List.of(ResourcePolicy.APPROVALS),
        List.of("header"),
        null,
        null,
        DpopVerifier.ALGORITHMS,
        null,
        null);
  }

  private static List<String> grants(AssertionSettings assertions) {
    return GrantTypes.SUPPORTED.stream()
        .filter(grant ->
            switch (grant) {
              case GrantTypes.JWT_BEARER -> assertions.redeems();
              case GrantTypes.TOKEN_EXCHANGE -> assertions.exchangesTokens();
              default -> true;
            })
        .toList();
  }

  private static Map<String, JsonNode> otherMembers(
      String issuer, EndpointPaths paths, ServerConfiguration configuration) {
    AssertionSettings assertions = configuration.assertions();
    Map<String, JsonNode> members = new LinkedHashMap<>();
    members.put("response_modes_supported", texts(List.of("query")));
    members.put("prompt_values_supported", texts(AuthorizationRequestRules.PROMPTS));
    members.put("acr_values_supported", texts(contexts(configuration)));
    // OpenID Connect Discovery §3: said, because without it request_uri would count as supported.
    members.put("request_parameter_supported", BooleanNode.FALSE);
    members.put("request_uri_parameter_supported", BooleanNode.FALSE);
    members.put(
        "pushed_authorization_request_endpoint",
        StringNode.valueOf(issuer + paths.pushedAuthorizationRequest()));
    members.put(
        "require_pushed_authorization_requests",
        BooleanNode.valueOf(configuration.requirePushedRequests()));
    members.put(
        "introspection_endpoint_auth_signing_alg_values_supported",
        texts(ClientMetadataRules.ASSERTION_ALGORITHMS));
    members.put(
        "revocation_endpoint_auth_signing_alg_values_supported",
        texts(ClientMetadataRules.ASSERTION_ALGORITHMS));
    members.put("dpop_signing_alg_values_supported", texts(DpopVerifier.ALGORITHMS));
    // draft-ietf-oauth-identity-assertion-authz-grant §7
    if (assertions.accepts(Use.ID_JAG)) {
      members.put(
          "authorization_grant_profiles_supported",
          texts(List.of(IdentityAssertion.GRANT_PROFILE)));
    }
    if (!assertions.idJagAudiences().isEmpty()) {
      members.put(
          "identity_chaining_requested_token_types_supported", texts(List.of(TokenType.ID_JAG)));
    }
    members.put("subject_types_supported", texts(List.of("public")));
    members.put("userinfo_endpoint", Json.mapper().valueToTree(issuer + paths.userinfo()));
    members.put("end_session_endpoint", StringNode.valueOf(issuer + paths.endSession()));
    members.put(
        "id_token_signing_alg_values_supported", texts(ClientMetadataRules.ID_TOKEN_ALGORITHMS));
    members.put("claims_parameter_supported", BooleanNode.TRUE);
    members.put("claims_supported", texts(CLAIMS));
    return members;
  }

  /** RFC 9470 §5: what a sign-in in a browser is, and what a login by challenge can be. */
  private static List<String> contexts(ServerConfiguration configuration) {
    List<String> names = new ArrayList<>(List.of(AuthorizationRequestRules.PASSWORD_ACR));
    if (configuration.hasFirstPartyClient()) {
      configuration.challenge().contexts().forEach(context -> names.add(context.acr()));
    }
    return names;
  }

  private static JsonNode texts(List<String> values) {
    return Json.mapper().valueToTree(values);
  }
}
