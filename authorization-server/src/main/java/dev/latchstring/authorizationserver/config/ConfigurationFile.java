package dev.latchstring.authorizationserver.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The file as it is written: names and types, nothing checked yet. A member's name in the file is
 * the component's in snake_case; null means that it is not there.
 */
record ConfigurationFile(
    @Nullable String issuer,
    @Nullable String bind,
    @Nullable Integer port,
    @Nullable String data,
    @Nullable Database database,
    @Nullable Tls tls,
    @Nullable List<String> trustedProxies,
    @Nullable List<Client> clients,
    @Nullable List<Account> accounts,
    @Nullable List<Resource> resources,
    @Nullable List<TrustedIssuer> trustedIssuers,
    @Nullable List<IdJagAudience> idJagAudiences,
    @Nullable List<Exchange> exchanges,
    @Nullable List<CallIdentity> callIdentities,
    @Nullable DynamicRegistration dynamicRegistration,
    @Nullable MetadataDocuments clientIdMetadataDocuments,
    @Nullable Boolean requirePushedAuthorizationRequests,
    @Nullable Lifetimes lifetimes,
    @Nullable DeviceAuthorization deviceAuthorization,
    @Nullable Dpop dpop,
    @Nullable OwnNetwork ownNetwork,
    @Nullable Traces traces,
    @Nullable McpContext mcpContext,
    @Nullable McpAssertion mcpAssertion,
    @Nullable Delivery delivery,
    @Nullable Passkeys passkeys,
    @Nullable Challenge challenge) {

  static final ConfigurationFile EMPTY =
      new ConfigurationFile(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null, null, null, null, null);

  /** Where spans go, and what part of the traces that begin here. */
  record Traces(@Nullable String endpoint, @Nullable Double sample) {}

  record Database(@Nullable String url, @Nullable String user, @Nullable String password) {
    @Override
    public String toString() {
      return "Database[user=" + user + "]";
    }
  }

  record Tls(@Nullable String certificate, @Nullable String privateKey) {}

  /** RFC 7591 §2, with the identifier and the secret that the operator chose. */
  record Client(
      @Nullable String clientId,
      @Nullable String clientSecret,
      @Nullable List<String> redirectUris,
      @Nullable String tokenEndpointAuthMethod,
      @Nullable String tokenEndpointAuthSigningAlg,
      @Nullable List<String> grantTypes,
      @Nullable List<String> responseTypes,
      @Nullable String clientName,
      @Nullable String clientUri,
      @Nullable String logoUri,
      @Nullable String scope,
      @Nullable List<String> contacts,
      @Nullable String tosUri,
      @Nullable String policyUri,
      @Nullable String jwksUri,
      @Nullable JsonNode jwks,
      @Nullable String softwareId,
      @Nullable String softwareVersion,
      @Nullable String applicationType,
      @Nullable Boolean dpopBoundAccessTokens,
      @Nullable String idTokenSignedResponseAlg,
      @Nullable List<String> postLogoutRedirectUris,
      @Nullable String clientType,
      @Nullable JsonNode aiMetadata,
      @Nullable Boolean requirePushedAuthorizationRequests,
      @Nullable Boolean debug,
      @Nullable Boolean mcpContextInRedirect,
      @Nullable Boolean firstParty,
      @Nullable List<String> instanceKeys,
      @Nullable Boolean test) {
    @Override
    public String toString() {
      return "Client[clientId=" + clientId + "]";
    }
  }

  record Account(
      @Nullable String username,
      @Nullable String password,
      @Nullable String passwordHash,
      @Nullable String totpSecret,
      @Nullable String totpAlgorithm,
      @Nullable List<String> teams,
      @Nullable Map<String, String> attributes,
      @Nullable String pin,
      @Nullable String pinHash) {
    @Override
    public String toString() {
      return "Account[username=" + username + "]";
    }
  }

  /** The scopes are a list of names, or a map from names to words for people. */
  record Resource(
      @Nullable String resource,
      @Nullable String name,
      @Nullable JsonNode scopes,
      @Nullable List<String> defaultScopes,
      @Nullable String accessTokenFormat) {}

  record TrustedIssuer(
      @Nullable String issuer,
      @Nullable JsonNode jwks,
      @Nullable String jwksUri,
      @Nullable List<String> use,
      @Nullable List<String> algorithms,
      @Nullable List<String> audiences,
      @Nullable List<String> clients,
      @Nullable Map<String, String> clientIds,
      @Nullable String maxLifetime,
      @Nullable Boolean singleUse,
      @Nullable String tenant,
      @Nullable List<String> resources,
      @Nullable String scope,
      @Nullable People accounts,
      @Nullable List<Workload> workloads) {}

  record People(
      @Nullable String claim, @Nullable Boolean provision, @Nullable List<String> teams) {}

  record Workload(
      @Nullable String subject,
      @Nullable Map<String, String> claims,
      @Nullable String as,
      @Nullable List<String> resources,
      @Nullable String scope,
      @Nullable List<String> teams) {}

  record IdJagAudience(
      @Nullable String audience,
      @Nullable Map<String, String> clients,
      @Nullable List<String> resources,
      @Nullable String scope,
      @Nullable List<String> teams,
      @Nullable String lifetime) {}

  record Exchange(
      @Nullable String client,
      @Nullable String from,
      @Nullable String to,
      @Nullable String requires,
      @Nullable String scope) {}

  record CallIdentity(
      @Nullable String client,
      @Nullable String from,
      @Nullable String audience,
      @Nullable String requires,
      @Nullable String scope,
      @Nullable List<String> teams,
      @Nullable String lifetime) {}

  record DynamicRegistration(
      @Nullable Boolean enabled,
      @Nullable Integer maxClients,
      @Nullable List<String> initialAccessTokens,
      @Nullable String unusedAfter) {
    @Override
    public String toString() {
      return "DynamicRegistration[enabled=" + enabled + "]";
    }
  }

  record MetadataDocuments(
      @Nullable Boolean enabled,
      @Nullable List<String> allowedHosts,
      @Nullable List<String> blockedHosts) {}

  record OwnNetwork(@Nullable List<String> hosts, @Nullable String caFile) {}

  record DeviceAuthorization(@Nullable String interval) {}

  record Dpop(@Nullable Boolean nonceRequired) {}

  record McpContext(@Nullable List<String> tokenMembers) {}

  record McpAssertion(@Nullable Boolean tokenEndpointAudience) {}

  record Delivery(@Nullable Smtp smtp, @Nullable Gateway sms, @Nullable Gateway voice) {}

  record Smtp(
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String tls,
      @Nullable String user,
      @Nullable String password,
      @Nullable String passwordFile,
      @Nullable String from,
      @Nullable String fromName,
      @Nullable String caFile) {
    @Override
    public String toString() {
      return "Smtp[host=" + host + "]";
    }
  }

  /**
   * A header's value is a text, or an object that says where it is: {@code env} or {@code file}.
   */
  record Gateway(
      @Nullable String url,
      @Nullable String format,
      @Nullable Map<String, JsonNode> headers,
      @Nullable String user,
      @Nullable String password,
      @Nullable String passwordFile,
      @Nullable String signingKeyFile,
      @Nullable String from,
      @Nullable Map<String, String> parameters,
      @Nullable Boolean includeCode,
      @Nullable String autofillDomain,
      @Nullable String caFile) {
    @Override
    public String toString() {
      return "Gateway[format=" + format + "]";
    }
  }

  record Passkeys(@Nullable List<String> appOrigins) {}

  record Challenge(
      @Nullable CallerPeople people,
      @Nullable Map<String, CallerAttribute> attributes,
      @Nullable Map<String, ChallengeStep> steps,
      @Nullable List<ChallengeContext> contexts,
      @Nullable Integer attempts,
      @Nullable String session,
      @Nullable Service risk) {}

  /** A service of the operator's; a secret is a text, or says where it is. */
  record Service(
      @Nullable String url,
      @Nullable JsonNode token,
      @Nullable JsonNode signingKey,
      @Nullable String caFile) {
    @Override
    public String toString() {
      return "Service";
    }
  }

  record ChallengeStep(
      @Nullable String kind,
      @Nullable List<String> ask,
      @Nullable Integer matches,
      @Nullable String channel) {}

  /** A step of a context is an identifier, or a list of which one is enough. */
  record ChallengeContext(
      @Nullable String acr,
      @Nullable List<JsonNode> steps,
      @Nullable List<String> scopes,
      @Nullable Boolean refresh,
      @Nullable String reauthenticateAfter) {}

  record CallerAttribute(
      @Nullable String as, @Nullable Integer length, @Nullable Map<String, String> label) {}

  record CallerPeople(
      @Nullable String source, @Nullable SqlPeople sql, @Nullable HttpPeople http) {}

  /** The query is a text, or a list of them; a secret is a text, or says where it is. */
  record SqlPeople(
      @Nullable String name,
      @Nullable String url,
      @Nullable String user,
      @Nullable JsonNode password,
      @Nullable Integer connections,
      @Nullable JsonNode query,
      @Nullable String personQuery) {
    @Override
    public String toString() {
      return "SqlPeople[user=" + user + "]";
    }
  }

  record HttpPeople(
      @Nullable String name,
      @Nullable String url,
      @Nullable JsonNode token,
      @Nullable JsonNode signingKey,
      @Nullable Boolean compares,
      @Nullable String caFile) {
    @Override
    public String toString() {
      return "HttpPeople[name=" + name + "]";
    }
  }

  record Lifetimes(
      @Nullable String accessToken,
      @Nullable String refreshToken,
      @Nullable String deviceCode,
      @Nullable String signingKey) {}
}
