package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.context.TestOverride;
import dev.latchstring.authorizationserver.context.TestTokens;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.grant.Grant;
import dev.latchstring.authorizationserver.trace.Checks;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.TokenResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** RFC 6749 §3.2. The token endpoint: the phases that every grant goes through. */
public final class TokenEndpoint implements Endpoint {
  private final String path;
  private final ClientAuthentication authentication;
  private final KeyProofs proofs;
  private final Map<String, Grant> grants;
  private final ResourcePolicy resources;
  private final TestTokens tests;
  private final TokenIssuer issuer;
  private final AddressLimit limit;

  /**
   * @param path where it is mounted, below the issuer
   * @param limit how often one address may try what names no client
   */
  public TokenEndpoint(
      String path,
      ClientAuthentication authentication,
      KeyProofs proofs,
      List<Grant> grants,
      ResourcePolicy resources,
      TestTokens tests,
      TokenIssuer issuer,
      AddressLimit limit) {
    this.path = path;
    this.authentication = authentication;
    this.proofs = proofs;
    this.grants = grants.stream().collect(Collectors.toMap(Grant::type, Function.identity()));
    this.resources = resources;
    this.tests = tests;
    this.issuer = issuer;
    this.limit = limit;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    FormParameters form = exchange.form();
    Checks checks = exchange.checks();
    String grantType = form.required("grant_type");
    RegisteredClient client = client(grantType, exchange, form);
    checks.begin("grant_type");
    checks.note("grant_type", grantType);
    Grant grant = pick(grantType, client);
    checks.begin("proof_of_possession");
    TokenRequest request = new TokenRequest(client, form, key(exchange, client));
    checks.begin("grant");
    TestOverride test = tests.asked(client.clientId(), form);
    checks.note("scope_asked", form.optional("scope"));
    Optional<TokenResponse> answer = grant.answer(request);
    if (answer.isPresent()) {
      exchange.answer(answer.get());
      return;
    }
    Authorization granted = redeem(grant, request, exchange);
    checks.begin("resource_and_scope");
    checks.note("resource_granted", granted.resource());
    checks.note("scope_granted", granted.scope().toString());
    Authorization asked = narrow(granted, form).overriddenBy(test);
    checks.note("scope_given", asked.scope().toString());
    checks.begin("issue");
    String key = request.keyThumbprint();
    exchange.answer(issuer.issue(key == null ? asked : asked.boundTo(key), client));
  }

  /** Who names no client is known by the address alone: what is refused there is counted. */
  private Authorization redeem(Grant grant, TokenRequest request, Exchange exchange) {
    return request.client().clientId().isEmpty()
        ? limit.countRefusals(
            AttemptKey.Kind.ASSERTION_ADDRESS,
            exchange.clientAddress(),
            () -> grant.redeem(request))
        : grant.redeem(request);
  }

  /** RFC 9449 §5 and §5.2. */
  private @Nullable String key(Exchange exchange, RegisteredClient client) {
    String key = proofs.keyThumbprint(exchange, path);
    if (key == null && client.metadata().bindsAccessTokens()) {
      throw new OAuthException(
          ErrorCode.INVALID_DPOP_PROOF,
          "the client is registered to bind its tokens (dpop_bound_access_tokens); send a DPoP"
              + " proof");
    }
    return key;
  }

  private RegisteredClient client(String grantType, Exchange exchange, FormParameters form) {
    Optional<RegisteredClient> unnamed =
        Optional.ofNullable(grants.get(grantType)).flatMap(Grant::unnamedClient);
    return unnamed.isPresent() && !ClientAuthentication.isAttempted(exchange, form)
        ? unnamed.get()
        : authentication.authenticate(exchange, form);
  }

  private Grant pick(String grantType, RegisteredClient client) {
    Grant grant = grants.get(grantType);
    if (grant == null) {
      throw new OAuthException(
          ErrorCode.UNSUPPORTED_GRANT_TYPE,
          "grant_type must be one of " + String.join(", ", grants.keySet()));
    }
    if (!client.metadata().grants().contains(grantType)) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT, "the client is not registered for this grant_type");
    }
    return grant;
  }

  /** RFC 8707 §2.2 and RFC 6749 §6: never more than was granted, and only what still exists. */
  private Authorization narrow(Authorization granted, FormParameters form) {
    Resource resource = resources.same(form.all("resource"), granted.resource());
    Scope asked = ScopePolicy.asked(form.optional("scope"));
    Scope scope = ScopePolicy.ofGranted(resource, granted.scope(), asked);
    return granted.narrowedTo(scope, resource.identifier(), resource.format());
  }
}
