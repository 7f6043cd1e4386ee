package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;

/** RFC 6749 §4.4. A client in its own name. */
public final class ClientCredentialsGrant implements Grant {
  private final ResourcePolicy resources;

  public ClientCredentialsGrant(ResourcePolicy resources) {
    this.resources = resources;
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
    return Authorization.ofClient(
        client.clientId(), scope, resource.identifier(), resource.format());
  }
}
