package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.approval.ApprovalDescription;
import dev.latchstring.authorizationserver.approval.ApprovalsEndpoint;
import dev.latchstring.authorizationserver.approval.DeviceDecisionEndpoint;
import dev.latchstring.authorizationserver.approval.PersonsPrograms;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.authorize.PushedAuthorizationRequestEndpoint;
import dev.latchstring.authorizationserver.client.ClientAssertions;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.client.ClientKeys;
import dev.latchstring.authorizationserver.client.FetchedKeys;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.config.ClientSettings;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.context.ContextClaims;
import dev.latchstring.authorizationserver.context.McpAssertions;
import dev.latchstring.authorizationserver.context.TestTokens;
import dev.latchstring.authorizationserver.device.CodePage;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationEndpoint;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Routes;
import dev.latchstring.authorizationserver.introspection.IntrospectionEndpoint;
import dev.latchstring.authorizationserver.metadata.EndpointPaths;
import dev.latchstring.authorizationserver.metadata.Metadata;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.registration.ClientAnswers;
import dev.latchstring.authorizationserver.registration.ClientConfigurationEndpoint;
import dev.latchstring.authorizationserver.registration.RegistrationEndpoint;
import dev.latchstring.authorizationserver.revocation.RevocationEndpoint;
import dev.latchstring.authorizationserver.token.IdTokens;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.SignedTokens;
import dev.latchstring.authorizationserver.token.TokenEndpoint;
import dev.latchstring.authorizationserver.token.TokenIssuer;
import dev.latchstring.authorizationserver.token.grant.AuthorizationCodeGrant;
import dev.latchstring.authorizationserver.token.grant.ClientCredentialsGrant;
import dev.latchstring.authorizationserver.token.grant.CodeRedemption;
import dev.latchstring.authorizationserver.token.grant.DeviceCodeGrant;
import dev.latchstring.authorizationserver.token.grant.Grant;
import dev.latchstring.authorizationserver.token.grant.RefreshTokenGrant;
import dev.latchstring.authorizationserver.userinfo.UserinfoEndpoint;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The endpoints that programs speak to: which there are, and what each is made of. */
final class Endpoints {
  private static final EndpointPaths PATHS = EndpointPaths.STANDARD;

  private final ServerConfiguration configuration;
  private final URI issuer;
  private final Storage storage;
  private final KeyFetcher keyFetcher;
  private final Clock clock;
  private final SecureRandom random;
  private final SignedTokens signed = new SignedTokens();

  Endpoints(
      ServerConfiguration configuration,
      URI issuer,
      Storage storage,
      KeyFetcher keyFetcher,
      Clock clock,
      SecureRandom random) {
    this.configuration = configuration;
    this.issuer = issuer;
    this.storage = storage;
    this.keyFetcher = keyFetcher;
    this.clock = clock;
    this.random = random;
  }

  void mount(
      Routes routes, RegisteredClients clients, ResourcePolicy resources, Challenges challenges) {
    String name = issuer.toString();
    boolean registration = configuration.dynamicRegistration().enabled();
    byte[] metadata = Json.bytes(Metadata.of(name, PATHS, resources.allScopes(), configuration));
    for (URI place : WellKnown.authorizationServer(issuer)) {
      routes.absolute(
          place.getRawPath(), exchange -> exchange.answerCacheable(metadata, Metadata.MAX_AGE));
    }
    routes.get(
        PATHS.jwks(),
        exchange -> exchange.answerCacheable(storage.signingKeys.jwks(), Metadata.MAX_AGE));
    routes.absolute("/healthz", new HealthEndpoint(storage.database));

    AddressLimit limit = new AddressLimit(storage.attempts, !HttpsUri.isLoopback(issuer));
    FetchedKeys fetchedKeys = new FetchedKeys(keyFetcher, clock);
    ClientKeys keys = new ClientKeys(fetchedKeys);
    ClientAssertions assertions = new ClientAssertions(name, clients, keys, storage.replays, clock);
    ClientAuthentication authentication = new ClientAuthentication(clients, assertions);
    KeyProofs proofs = proofs();
    routes.post(
        PATHS.deviceAuthorization(),
        new DeviceAuthorizationEndpoint(
            name + CodePage.PATH, authentication, resources, storage.devices, limit, clock));
    routes.post(
        PATHS.pushedAuthorizationRequest(),
        new PushedAuthorizationRequestEndpoint(
            PATHS.pushedAuthorizationRequest(),
            authentication,
            proofs,
            new AuthorizationRequestRules(clients, resources),
            storage.authorizationRequests,
            limit));
    challenges.mount(
        routes,
        authentication,
        clients,
        proofs,
        new AuthorizationRequestRules(clients, resources),
        limit);
    if (registration) {
      mountRegistration(routes, clients, limit);
    }

    PresentedAccessTokens accessTokens =
        new PresentedAccessTokens(name, storage.signingKeys, storage.opaqueTokens, signed, clock);
    List<Grant> grants = new ArrayList<>();
    CodeRedemption redemption = new CodeRedemption(storage.grants, challenges.logins(), clock);
    grants.add(new AuthorizationCodeGrant(storage.authorizationCodes, redemption, clock));
    grants.add(new DeviceCodeGrant(storage.devices, redemption));
    grants.add(new ClientCredentialsGrant(resources, new McpAssertions(assertions, audiences())));
    grants.add(new RefreshTokenGrant(storage.refreshTokens, storage.grants, challenges.logins()));
    grants.addAll(
        new AssertionGrants(
                configuration.assertions(),
                name,
                storage,
                resources,
                keyFetcher,
                fetchedKeys,
                clock,
                random)
            .grants(PATHS, accessTokens));
    routes.post(
        PATHS.token(),
        new TokenEndpoint(
            PATHS.token(),
            authentication,
            proofs,
            grants,
            resources,
            testTokens(),
            tokenIssuer(challenges),
            limit));

    routes.post(
        PATHS.introspection(),
        new IntrospectionEndpoint(
            name,
            authentication,
            accessTokens,
            storage.refreshTokens,
            storage.revocations,
            storage.grants));
    routes.getAndPost(
        PATHS.userinfo(),
        new UserinfoEndpoint(
            PATHS.userinfo(),
            proofs,
            accessTokens,
            storage.revocations,
            storage.grants,
            challenges.logins()::profile));
    mountApprovals(routes, clients, resources, proofs, accessTokens);
    routes.post(
        PATHS.revocation(),
        new RevocationEndpoint(
            authentication,
            accessTokens,
            storage.refreshTokens,
            storage.grants,
            storage.revocations));
  }

  /** What programs may answer for people, at this server as a resource of its own (RFC 9728). */
  private void mountApprovals(
      Routes routes,
      RegisteredClients clients,
      ResourcePolicy resources,
      KeyProofs proofs,
      PresentedAccessTokens accessTokens) {
    byte[] metadata = Json.bytes(Metadata.ofIssuerAsResource(issuer.toString()));
    routes.absolute(
        WellKnown.protectedResource(issuer).getFirst().getRawPath(),
        exchange -> exchange.answerCacheable(metadata, Metadata.MAX_AGE));
    AccessDescription access = new AccessDescription(clients::find, resources);
    PersonsPrograms programs =
        new PersonsPrograms(
            issuer.toString(),
            proofs,
            accessTokens,
            storage.revocations,
            clients,
            resources,
            storage.accounts);
    ApprovalsEndpoint approvals =
        new ApprovalsEndpoint(programs, storage.approvals, new ApprovalDescription(access, clock));
    routes.getAndPost(ApprovalsEndpoint.PATH, approvals::list, approvals::answer);
    routes.post(
        DeviceDecisionEndpoint.PATH,
        new DeviceDecisionEndpoint(programs, storage.devices, storage.attempts, access));
  }

  /** What an {@code mcp_assertion} may be made for. */
  private Set<String> audiences() {
    String name = issuer.toString();
    return configuration.context().tokenEndpointAudience()
        ? Set.of(name, name + PATHS.token())
        : Set.of(name);
  }

  private TestTokens testTokens() {
    return new TestTokens(
        configuration.clients().stream()
            .filter(client -> configuration.testMode() && client.test())
            .map(ClientSettings::clientId)
            .collect(Collectors.toSet()));
  }

  private KeyProofs proofs() {
    boolean nonces = configuration.dpop().nonceRequired();
    return new KeyProofs(
        issuer.toString(), clock, nonces ? storage.dpopNonces : null, storage.replays.ofProofs());
  }

  private void mountRegistration(Routes routes, RegisteredClients clients, AddressLimit limit) {
    ClientAnswers answers = new ClientAnswers(issuer + PATHS.registration());
    routes.post(
        PATHS.registration(),
        new RegistrationEndpoint(
            storage.clients,
            answers,
            configuration.dynamicRegistration().initialAccessTokens(),
            limit,
            clock,
            random));
    ClientConfigurationEndpoint management =
        new ClientConfigurationEndpoint(
            storage.clients, answers, storage::endClient, clients::forget, random);
    routes.below(
        PATHS.registration(),
        Map.of("GET", management::read, "PUT", management::replace, "DELETE", management::delete));
  }

  private TokenIssuer tokenIssuer(Challenges challenges) {
    return new TokenIssuer(
        issuer.toString(),
        storage.database,
        storage.signingKeys,
        storage.refreshTokens,
        storage.opaqueTokens,
        signed,
        new IdTokens(issuer.toString(), storage.signingKeys, challenges.logins()::profile, clock),
        new ContextClaims(configuration.context().tokenMembers()),
        clock,
        random,
        configuration.lifetimes().accessToken());
  }
}
