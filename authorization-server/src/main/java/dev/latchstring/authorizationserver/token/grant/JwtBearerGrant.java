package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.assertion.AssertionVerifier;
import dev.latchstring.authorizationserver.assertion.IdentityAssertions;
import dev.latchstring.authorizationserver.assertion.Presenters;
import dev.latchstring.authorizationserver.assertion.WorkloadAssertions;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.jwt.IdentityAssertion;
import java.util.Optional;

/**
 * RFC 7523 §2.1. A JWT of a trusted issuer: an ID-JAG where its type says so, else the identity of
 * a workload, for which RFC 7521 §4.1 needs no client.
 */
public final class JwtBearerGrant implements Grant {
  private final IdentityAssertions identities;
  private final WorkloadAssertions workloads;

  public JwtBearerGrant(IdentityAssertions identities, WorkloadAssertions workloads) {
    this.identities = identities;
    this.workloads = workloads;
  }

  @Override
  public String type() {
    return GrantTypes.JWT_BEARER;
  }

  @Override
  public Optional<RegisteredClient> unnamedClient() {
    return Optional.of(Presenters.UNNAMED);
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    String assertion = request.form().required("assertion");
    return AssertionVerifier.type(assertion).equals(IdentityAssertion.TYPE)
        ? identities.redeem(request, assertion)
        : workloads.redeem(request, assertion);
  }
}
