package dev.latchstring.authorizationserver.assertion;

import dev.latchstring.authorizationserver.assertion.AssertionVerifier.Verified;
import dev.latchstring.authorizationserver.assertion.People.Person;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.jwt.ActorChain;
import dev.latchstring.oauth.jwt.IdentityAssertion;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant §4.4, and MCP's enterprise-managed authorization
 * §5. An ID-JAG of a trusted identity provider, for a token of this server.
 *
 * <p>The client authenticates and is the one that {@code client_id} names, {@code aud} is the
 * issuer of this server alone, and {@code jti} was never used. What it is worth is bounded by the
 * assertion, by the settings of its issuer, by the client's registration and by the resource. There
 * is no refresh token: a new ID-JAG takes its place.
 */
public final class IdentityAssertions {
  private static final Logger LOG = LoggerFactory.getLogger(IdentityAssertions.class);

  private final String issuer;
  private final AssertionVerifier verifier;
  private final People people;
  private final ResourcePolicy resources;
  private final SingleUse singleUse;
  private final GrantStore grants;
  private final Clock clock;

  public IdentityAssertions(
      String issuer,
      AssertionVerifier verifier,
      People people,
      ResourcePolicy resources,
      SingleUse singleUse,
      GrantStore grants,
      Clock clock) {
    this.issuer = issuer;
    this.verifier = verifier;
    this.people = people;
    this.resources = resources;
    this.singleUse = singleUse;
    this.grants = grants;
    this.clock = clock;
  }

  /**
   * What the assertion is worth.
   *
   * @throws OAuthException {@code invalid_client} for a client that does not authenticate, {@code
   *     invalid_grant} for an assertion that is not accepted, {@code unauthorized_client}, {@code
   *     invalid_target}, {@code invalid_scope}
   */
  public Authorization redeem(TokenRequest request, String jwt) {
    RegisteredClient client = request.client();
    if (client.isPublic()) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "an ID-JAG is redeemed by a client that authenticates");
    }
    Verified verified =
        verifier.verify(jwt, Use.ID_JAG, Set.of(IdentityAssertion.TYPE), trusted -> Set.of(issuer));
    Presenters.requireAllowed(verified.issuer(), client);
    requireClaims(verified, request);
    Resource resource = resource(verified, request.form().all("resource"));
    Scope scope = scope(verified, resource, client);
    Person person = people.find(verified);
    LOG.info(
        "person {} gets {} for {} by {}",
        person.subject(),
        scope,
        resource.identifier(),
        verified.issuer().issuer());
    return authorization(verified, request, resource, scope, person);
  }

  private static void requireClaims(Verified verified, TokenRequest request) {
    if (!request.client().clientId().equals(verified.text("client_id"))) {
      throw refused("the assertion was issued for another client");
    }
    if (verified.issuedAt() == null) {
      throw refused("the assertion has no iat");
    }
    for (String claim : List.of("authorization_details", "aud_tenant")) {
      if (verified.payload().has(claim)) {
        throw refused("the assertion has " + claim + ", which is not supported here");
      }
    }
    JsonNode confirmation = verified.payload().path("cnf");
    if (!confirmation.isMissingNode()) {
      request.requireKey(boundTo(confirmation));
    }
  }

  /** §8.6.1, RFC 7800 §3.1: a binding of another kind must not be passed over. */
  private static String boundTo(JsonNode confirmation) {
    JsonNode key = confirmation.path("jkt");
    if (confirmation.size() != 1 || !key.isString()) {
      throw refused("the assertion is bound to a key in a way that is not understood here");
    }
    return key.asString();
  }

  /** The claim is required by MCP; a list leaves the choice to the request. */
  private Resource resource(Verified verified, List<String> asked) {
    JsonNode claim = verified.payload().path("resource");
    List<String> named =
        claim.isArray()
            ? claim.values().stream().map(IdentityAssertions::text).toList()
            : List.of(text(claim));
    if (named.contains("") || named.isEmpty()) {
      throw refused("the assertion has no resource");
    }
    List<String> allowed = asked.isEmpty() ? named : asked;
    if (allowed.size() != 1 || !canonical(named).containsAll(canonical(allowed))) {
      throw target("ask for one resource, and one that the assertion is for");
    }
    Resource resource = resources.choose(allowed, Scope.NONE);
    Set<String> configured = verified.issuer().resources();
    if (!configured.isEmpty() && !configured.contains(resource.identifier())) {
      throw target("assertions of this issuer are not accepted for that resource");
    }
    return resource;
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.asString() : "";
  }

  private static List<String> canonical(List<String> resources) {
    return resources.stream()
        .map(resource -> HttpsUri.requireResource(resource).toString())
        .toList();
  }

  private static Scope scope(Verified verified, Resource resource, RegisteredClient client) {
    JsonNode claim = verified.payload().path("scope");
    if (!claim.isMissingNode() && !claim.isString()) {
      throw refused("the assertion's scope is not a text");
    }
    Scope scope = claim.isMissingNode() ? resource.defaultScopes() : Scope.parse(claim.asString());
    Scope configured = verified.issuer().scope();
    String registered = client.metadata().scope();
    scope = configured == null ? scope : scope.intersect(configured);
    scope = registered == null ? scope : scope.intersect(Scope.parse(registered));
    scope = resource.scopes() == null ? scope : scope.intersect(resource.scopes());
    scope = scope.minus(ScopePolicy.IDENTITY);
    if (scope.isEmpty() && claim.isString() && !claim.asString().isBlank()) {
      throw new OAuthException(
          ErrorCode.INVALID_SCOPE, "nothing of the assertion's scope can be granted here");
    }
    return scope;
  }

  private Authorization authorization(
      Verified verified, TokenRequest request, Resource resource, Scope scope, Person person) {
    Instant now = clock.instant();
    AuthenticationContext context = AuthenticationContext.of(verified, now);
    GivenGrant grant =
        new GivenGrant(
            grants.newId(),
            person.subject(),
            request.client().clientId(),
            scope,
            resource.identifier(),
            context.time() == null ? now : context.time(),
            context.acr(),
            context.amr(),
            now,
            request.grantKey(),
            null);
    Consumption onlyUse = singleUse.of(verified);
    return Authorization.of(
            person.subject(), grant.clientId(), scope, resource.identifier(), resource.format())
        .underGrant(grant.grantId())
        .signedIn(context.time(), context.acr(), context.amr())
        .named(person.username())
        .inTeams(person.teams())
        .actedBy(actor(verified))
        .boundTo(request.keyThumbprint())
        .consuming(transaction -> {
          Consumption.Outcome outcome = onlyUse.consume(transaction);
          if (outcome instanceof Consumption.Outcome.Consumed) {
            grants.create(transaction, grant);
          }
          return outcome;
        });
  }

  private static @Nullable Map<String, Object> actor(Verified verified) {
    Object actor = verified.claims().getClaim("act");
    return actor == null
        ? null
        : ActorChain.checked(actor).orElseThrow(() -> refused("the assertion's act is not usable"));
  }

  private static OAuthException target(String why) {
    return new OAuthException(ErrorCode.INVALID_TARGET, why);
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}
