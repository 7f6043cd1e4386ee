package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
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
  private final ClientRequests requests;

  public Revocation(ClientRequests requests) {
    this.requests = requests;
  }

  /**
   * Revokes what there is of a stored login. Never throws: why it failed is in the result.
   *
   * @param client whose login it is
   */
  public LogoutResult revoke(StoredLogin login, ClientAuthentication client) {
    String endpoint = login.revocationEndpoint();
    return revoke(
        endpoint == null ? null : URI.create(endpoint),
        client,
        login.refreshToken(),
        login.accessToken());
  }

  /** Revokes what there is. Never throws: why it failed is in the result. */
  public LogoutResult revoke(
      @Nullable URI endpoint,
      ClientAuthentication client,
      @Nullable String refreshToken,
      @Nullable String accessToken) {
    if (accessToken == null && refreshToken == null) {
      return new LogoutResult(LogoutResult.Revocation.REVOKED, null);
    }
    if (endpoint == null) {
      return new LogoutResult(LogoutResult.Revocation.NOT_OFFERED, null);
    }
    try {
      String failure = revokeOne(endpoint, client, refreshToken, "refresh_token");
      if (failure == null) {
        failure = revokeOne(endpoint, client, accessToken, "access_token");
      }
      return failure == null
          ? new LogoutResult(LogoutResult.Revocation.REVOKED, null)
          : new LogoutResult(LogoutResult.Revocation.FAILED, failure);
    } catch (ClientException e) {
      return new LogoutResult(LogoutResult.Revocation.FAILED, e.description());
    }
  }

  /** RFC 7009 §2.2: 200 also for a token that is unknown. Gives the failure, or null. */
  private @Nullable String revokeOne(
      URI endpoint, ClientAuthentication client, @Nullable String token, String hint) {
    if (token == null) {
      return null;
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    form.put("token_type_hint", hint);
    Reply reply = requests.post(endpoint, client, null, form);
    return reply.isOk() ? null : "the revocation endpoint answered " + reply.status();
  }
}
