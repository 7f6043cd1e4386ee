package dev.latchstring.authorizationserver.assertion;

import dev.latchstring.authorizationserver.account.ForeignSubject;
import dev.latchstring.authorizationserver.assertion.AssertionVerifier.Verified;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Workload;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7523 §2.1 for MCP's workload identity federation: the token that a platform gave to a
 * workload, for a token of this server.
 *
 * <p>The workload needs no client and no registration; the first of the issuer's rules that covers
 * it says what it gets. There is no refresh token, and the access token does not outlive the
 * assertion. A platform hands out one token for many requests, so it is accepted again unless the
 * operator says {@code single_use}.
 */
public final class WorkloadAssertions {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadAssertions.class);

  /** Platforms name no type, or the general one. */
  private static final Set<String> TYPES = Set.of("", "jwt", "jose");

  /** OpenID Connect Core §2 and §3.3.2.11: what only an id token has. */
  private static final List<String> OF_ID_TOKENS = List.of("nonce", "at_hash", "c_hash");

  private final Set<String> ourNames;
  private final AssertionVerifier verifier;
  private final ResourcePolicy resources;
  private final SingleUse singleUse;
  private final Clock clock;

  /**
   * @param ourNames what {@code aud} may be unless the issuer's settings say otherwise
   */
  public WorkloadAssertions(
      Set<String> ourNames,
      AssertionVerifier verifier,
      ResourcePolicy resources,
      SingleUse singleUse,
      Clock clock) {
    this.ourNames = Set.copyOf(ourNames);
    this.verifier = verifier;
    this.resources = resources;
    this.singleUse = singleUse;
    this.clock = clock;
  }

  /**
   * What the assertion is worth.
   *
   * @throws OAuthException {@code invalid_grant} for an assertion or a workload that is not
   *     accepted, {@code unauthorized_client}, {@code invalid_target}, {@code invalid_scope}
   */
  public Authorization redeem(TokenRequest request, String jwt) {
    Verified verified =
        verifier.verify(
            jwt,
            Use.WORKLOAD,
            TYPES,
            issuer -> issuer.audiences().isEmpty() ? ourNames : issuer.audiences());
    requireWorkload(verified);
    RegisteredClient client = request.client();
    Presenters.requireAllowed(verified.issuer(), client);
    Workload rule = rule(verified);
    Resource resource = resource(rule, request.form().all("resource"));
    Scope scope = scope(rule, resource, client, request.form().optional("scope"));
    String subject =
        rule.as() == null
            ? ForeignSubject.of(verified.issuer().issuer(), verified.subject())
            : rule.as();
    LOG.info("workload {} gets {} for {}", subject, scope, resource.identifier());
    return Authorization.of(
            subject,
            Presenters.isUnnamed(client) ? subject : client.clientId(),
            scope,
            resource.identifier(),
            resource.format())
        .inTeams(rule.teams())
        .boundTo(request.keyThumbprint())
        .endingBy(verified.expiresAt())
        .consuming(consumption(verified));
  }

  private void requireWorkload(Verified verified) {
    if (OF_ID_TOKENS.stream().anyMatch(verified.payload()::has)) {
      throw refused("an id token is not the identity of a workload");
    }
    if (verified.payload().has("cnf")) {
      throw refused("the assertion is bound to a key in a way that is not understood here");
    }
    if (!clock.instant().isBefore(verified.expiresAt())) {
      throw refused("the assertion is expired");
    }
  }

  private static Workload rule(Verified verified) {
    return verified.issuer().workloads().stream()
        .filter(workload -> workload.covers(verified.subject()))
        .filter(workload -> hasAll(verified.payload(), workload.claims()))
        .findFirst()
        .orElseThrow(() -> refused("the workload is not authorized here"));
  }

  private static boolean hasAll(JsonNode payload, Map<String, String> claims) {
    return claims.entrySet().stream()
        .allMatch(claim -> {
          String name = claim.getKey();
          JsonNode value = name.startsWith("/") ? payload.at(name) : payload.path(name);
          return value.isString() && value.asString().equals(claim.getValue());
        });
  }

  private Resource resource(Workload rule, List<String> asked) {
    if (asked.size() > 1) {
      throw target("ask for a token for one resource at a time");
    }
    if (asked.isEmpty() && rule.resources().size() > 1) {
      throw target(
          "name the resource the token is for, with the parameter resource: "
              + String.join(", ", rule.resources()));
    }
    String chosen =
        asked.isEmpty()
            ? rule.resources().getFirst()
            : HttpsUri.requireResource(asked.getFirst()).toString();
    if (!rule.resources().contains(chosen)) {
      throw target("the workload may not have tokens for the resource " + chosen);
    }
    return resources
        .find(chosen)
        .orElseThrow(() -> target("resource " + chosen + " is not known here"));
  }

  private static Scope scope(
      Workload rule, Resource resource, RegisteredClient client, @Nullable String parameter) {
    String registered = client.metadata().scope();
    Scope most =
        registered == null ? rule.scope() : rule.scope().intersect(Scope.parse(registered));
    return ScopePolicy.ofGranted(resource, most, ScopePolicy.asked(parameter));
  }

  private @Nullable Consumption consumption(Verified verified) {
    return verified.issuer().singleUse() ? singleUse.of(verified) : null;
  }

  private static OAuthException target(String why) {
    return new OAuthException(ErrorCode.INVALID_TARGET, why);
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}
