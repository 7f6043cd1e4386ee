package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.message.ErrorResponse;
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
      Ended refresh = revokeOne(endpoint, client, refreshToken, "refresh_token");
      Ended access =
          refresh instanceof Ended.Failed
              ? refresh
              : revokeOne(endpoint, client, accessToken, "access_token");
      return switch (access) {
        case Ended.Worthless worthless -> new LogoutResult(LogoutResult.Revocation.REVOKED, null);
        case Ended.Unsupported unsupported ->
            new LogoutResult(LogoutResult.Revocation.NOT_OFFERED, null);
        case Ended.Failed(String why) -> new LogoutResult(LogoutResult.Revocation.FAILED, why);
      };
    } catch (ClientException e) {
      return new LogoutResult(LogoutResult.Revocation.FAILED, e.description());
    }
  }

  /** What became of one token. */
  private sealed interface Ended {
    /** RFC 7009 §2.2: also of a token that is unknown. */
    record Worthless() implements Ended {}

    /** §2.2.1: the server revokes no tokens of this kind, such as access tokens that are JWTs. */
    record Unsupported() implements Ended {}

    record Failed(String why) implements Ended {}
  }

  private Ended revokeOne(
      URI endpoint, ClientAuthentication client, @Nullable String token, String hint) {
    if (token == null) {
      return new Ended.Worthless();
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    form.put("token_type_hint", hint);
    Reply reply = requests.post(endpoint, client, null, form);
    if (reply.isOk()) {
      return new Ended.Worthless();
    }
    return isUnsupported(reply)
        ? new Ended.Unsupported()
        : new Ended.Failed("the revocation endpoint answered " + reply.status());
  }

  private static boolean isUnsupported(Reply reply) {
    try {
      return ErrorCode.UNSUPPORTED_TOKEN_TYPE
          .code()
          .equals(Json.read(reply.body(), ErrorResponse.class).error());
    } catch (JsonException e) {
      return false;
    }
  }
}
