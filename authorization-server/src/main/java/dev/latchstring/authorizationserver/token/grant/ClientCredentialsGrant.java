package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.context.McpAssertions;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;

/**
 * RFC 6749 §4.4. A client in its own name. What it states of itself and of its model session goes
 * into its token and decides nothing.
 */
public final class ClientCredentialsGrant implements Grant {
  private final ResourcePolicy resources;
  private final McpAssertions assertions;

  public ClientCredentialsGrant(ResourcePolicy resources, McpAssertions assertions) {
    this.resources = resources;
    this.assertions = assertions;
  }

  @Override
  public String type() {
    return GrantTypes.CLIENT_CREDENTIALS;
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    RegisteredClient client = request.client();
    if (client.isPublic()) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT, "client_credentials needs a client that authenticates");
    }
    Scope asked = ScopePolicy.asked(request.form().optional("scope"));
    Resource resource =
        resources.choose(request.form().all("resource"), asked == null ? Scope.NONE : asked);
    Scope scope = ScopePolicy.forClient(client, resource, asked);
    McpContext context = request.context();
    return Authorization.ofClient(
            client.clientId(), scope, resource.identifier(), resource.format())
        .statedIn(context)
        .describedBy(assertions.metadata(request));
  }
}
