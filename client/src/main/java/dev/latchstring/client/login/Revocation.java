package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.store.StoredLogin;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7009. Makes a login's tokens worthless at the authorization server: the refresh token first,
 * whose revocation ends the grant, then the access token.
 */
public final class Revocation {
  private final Http http;

  public Revocation(Http http) {
    this.http = http;
  }

  /** Revokes what there is. Never throws: why it failed is in the result. */
  public LogoutResult revoke(StoredLogin login) {
    String endpoint = login.revocationEndpoint();
    if (login.accessToken() == null && login.refreshToken() == null) {
      return new LogoutResult(LogoutResult.Revocation.REVOKED, null);
    }
    if (endpoint == null) {
      return new LogoutResult(LogoutResult.Revocation.NOT_OFFERED, null);
    }
    try {
      String failure = revoke(endpoint, login, login.refreshToken(), "refresh_token");
      if (failure == null) {
        failure = revoke(endpoint, login, login.accessToken(), "access_token");
      }
      return failure == null
          ? new LogoutResult(LogoutResult.Revocation.REVOKED, null)
          : new LogoutResult(LogoutResult.Revocation.FAILED, failure);
    } catch (ClientException e) {
      return new LogoutResult(LogoutResult.Revocation.FAILED, e.description());
    }
  }

  /** RFC 7009 §2.2: 200 also for a token that is unknown. Gives the failure, or null. */
  private @Nullable String revoke(
      String endpoint, StoredLogin login, @Nullable String token, String hint) {
    if (token == null) {
      return null;
    }
    ClientAuthentication client =
        new ClientAuthentication(login.clientId(), login.clientSecret(), login.authMethod());
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    form.put("token_type_hint", hint);
    client.addTo(form);
    Reply reply = http.postForm(URI.create(endpoint), form, client.authorization());
    return reply.isOk() ? null : "the revocation endpoint answered " + reply.status();
  }
}
