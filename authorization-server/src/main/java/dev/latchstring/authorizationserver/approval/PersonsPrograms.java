package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.RevocationStore;
import dev.latchstring.authorizationserver.trace.Checks;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Which programs may answer for a person, and for whom.
 *
 * <p>RFC 6750 §2.1, RFC 9449 §7.1. The access token must be for this server itself and have the
 * scope {@link ResourcePolicy#APPROVALS}; it must come from a login of the person, whom nobody acts
 * for, in a client that is first-party and registered for that scope still. A cookie counts for
 * nothing.
 */
public final class PersonsPrograms {
  private final String issuer;
  private final KeyProofs proofs;
  private final PresentedAccessTokens accessTokens;
  private final RevocationStore revocations;
  private final RegisteredClients clients;
  private final ResourcePolicy resources;
  private final AccountStore accounts;

  public PersonsPrograms(
      String issuer,
      KeyProofs proofs,
      PresentedAccessTokens accessTokens,
      RevocationStore revocations,
      RegisteredClients clients,
      ResourcePolicy resources,
      AccountStore accounts) {
    this.issuer = issuer;
    this.proofs = proofs;
    this.accessTokens = accessTokens;
    this.revocations = revocations;
    this.clients = clients;
    this.resources = resources;
    this.accounts = accounts;
  }

  /**
   * A program of a person's.
   *
   * @param authenticationTime when the person signed in to let it in
   */
  record Program(Account person, AccessTokenClaims token, Instant authenticationTime) {
    /** What the person is called where they sign in, else what they are called. */
    String personsName() {
      String username = person.username();
      return username == null ? person.displayName() : username;
    }

    Channel channel() {
      return new Channel.Program(token.clientId(), token.keyThumbprint());
    }
  }

  /**
   * The program that calls; empty where the request was answered, for its proof is wrong.
   *
   * @param path where the endpoint is, below the issuer
   * @throws OAuthException {@code invalid_token} or {@code insufficient_scope}
   */
  Optional<Program> of(Exchange exchange, String path) throws IOException {
    exchange.checks().begin("access_token");
    String bound = exchange.dpopToken();
    AccessTokenClaims token =
        accessTokens
            .find(bound == null ? exchange.bearerToken() : bound)
            .filter(claims -> revocations.isLive(claims.jwtId(), claims.grantId()))
            .orElseThrow(() -> refused("the access token is expired, revoked or not from here"));
    String key = token.keyThumbprint();
    if ((key == null) != (bound == null)) {
      throw refused(
          key == null
              ? "the access token is bound to no key: send it with Bearer"
              : "the access token is bound to a key: send it with DPoP");
    }
    if (bound != null && key != null && !proofs.isProven(exchange, path, bound, key)) {
      return Optional.empty();
    }
    exchange.checks().begin("scope");
    exchange.checks().note("scope_granted", token.scope().toString());
    requireScope(token);
    Instant authenticationTime = token.authenticationTime();
    if (authenticationTime == null || token.actor() != null) {
      throw refused("the access token does not come from a login of a person");
    }
    Account person =
        accounts
            .findBySubject(token.subject())
            .orElseThrow(() -> refused("the access token is not a person's, or not any more"));
    exchange.authenticated(new Checks.Caller(token.clientId(), false, false));
    return Optional.of(new Program(person, token, authenticationTime));
  }

  private void requireScope(AccessTokenClaims token) {
    if (!token.audience().contains(issuer)) {
      throw refused("the access token is for another resource; ask for one for " + issuer);
    }
    Resource own = resources.find(issuer).orElseThrow();
    boolean allowed =
        clients
            .find(token.clientId())
            .filter(client -> ScopePolicy.mayHaveReserved(client, own))
            .isPresent();
    if (!token.scope().contains(ResourcePolicy.APPROVALS) || !allowed) {
      throw new OAuthException(
          ErrorCode.INSUFFICIENT_SCOPE,
          "this needs the scope "
              + ResourcePolicy.APPROVALS
              + ", which first-party clients have that are registered for it");
    }
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }
}
