package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.assertion.AssertionVerifier;
import dev.latchstring.authorizationserver.assertion.IdentityAssertions;
import dev.latchstring.authorizationserver.assertion.People;
import dev.latchstring.authorizationserver.assertion.SingleUse;
import dev.latchstring.authorizationserver.assertion.WorkloadAssertions;
import dev.latchstring.authorizationserver.client.FetchedKeys;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.config.AssertionSettings;
import dev.latchstring.authorizationserver.exchange.AccessTokenReader;
import dev.latchstring.authorizationserver.exchange.CallIdentityIssuer;
import dev.latchstring.authorizationserver.exchange.Delegation;
import dev.latchstring.authorizationserver.exchange.IdTokenReader;
import dev.latchstring.authorizationserver.exchange.IdentityAssertionIssuer;
import dev.latchstring.authorizationserver.exchange.LiveAccessTokens;
import dev.latchstring.authorizationserver.exchange.OwnIdTokenReader;
import dev.latchstring.authorizationserver.exchange.RefreshTokenReader;
import dev.latchstring.authorizationserver.exchange.SubjectTokenReader;
import dev.latchstring.authorizationserver.metadata.EndpointPaths;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.grant.Grant;
import dev.latchstring.authorizationserver.token.grant.JwtBearerGrant;
import dev.latchstring.authorizationserver.token.grant.TokenExchangeGrant;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The grants that redeem somebody else's token, and what each is made of. */
final class AssertionGrants {
  private final AssertionSettings settings;
  private final String issuer;
  private final Storage storage;
  private final ResourcePolicy resources;
  private final Clock clock;
  private final SecureRandom random;
  private final AssertionVerifier verifier;
  private final People people;

  AssertionGrants(
      AssertionSettings settings,
      String issuer,
      Storage storage,
      ResourcePolicy resources,
      KeyFetcher fetcher,
      FetchedKeys fetched,
      Clock clock,
      SecureRandom random) {
    this.settings = settings;
    this.issuer = issuer;
    this.storage = storage;
    this.resources = resources;
    this.clock = clock;
    this.random = random;
    this.verifier = new AssertionVerifier(issuer, settings.issuers(), fetcher, fetched, clock);
    this.people = new People(storage.accounts);
  }

  /** Those that the configuration has a use for. */
  List<Grant> grants(EndpointPaths paths, PresentedAccessTokens accessTokens) {
    List<Grant> grants = new ArrayList<>();
    if (settings.redeems()) {
      grants.add(jwtBearer(paths));
    }
    if (settings.exchangesTokens()) {
      grants.add(tokenExchange(accessTokens));
    }
    return grants;
  }

  private Grant jwtBearer(EndpointPaths paths) {
    SingleUse singleUse = new SingleUse(storage.replays);
    return new JwtBearerGrant(
        new IdentityAssertions(
            issuer, verifier, people, resources, singleUse, storage.grants, clock),
        new WorkloadAssertions(
            Set.of(issuer, issuer + paths.token()), verifier, resources, singleUse, clock));
  }

  private Grant tokenExchange(PresentedAccessTokens accessTokens) {
    LiveAccessTokens live =
        new LiveAccessTokens(accessTokens, storage.revocations, storage.accounts);
    List<SubjectTokenReader> readers =
        List.of(
            new IdTokenReader(verifier, people, clock),
            new OwnIdTokenReader(issuer, storage.signingKeys, storage.accounts, clock),
            new RefreshTokenReader(storage.refreshTokens, storage.grants, storage.accounts),
            new AccessTokenReader(live));
    return new TokenExchangeGrant(
        new Delegation(settings.exchanges(), live, resources),
        new IdentityAssertionIssuer(
            issuer,
            settings.idJagAudiences(),
            readers,
            storage.accounts,
            storage.signingKeys,
            clock,
            random),
        new CallIdentityIssuer(
            issuer, settings.identityAudiences(), live, storage.signingKeys, clock, random));
  }
}
