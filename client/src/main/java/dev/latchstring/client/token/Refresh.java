package dev.latchstring.client.token;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.login.TokenEndpoint;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §6. Redeems a refresh token. What was granted is asked for again by sending no scope.
 */
public final class Refresh {
  private final TokenEndpoint tokenEndpoint;
  private final Registration registration;
  private final LoginKeys keys;
  private final Clock clock;

  public Refresh(ClientRequests requests, Registration registration, LoginKeys keys, Clock clock) {
    this.tokenEndpoint = new TokenEndpoint(requests);
    this.registration = registration;
    this.keys = keys;
    this.clock = clock;
  }

  /** Those of the logins that are refreshed. */
  public LoginKeys keys() {
    return keys;
  }

  /** What became of it, where the server decided. */
  public sealed interface Result {
    /**
     * The login goes on.
     *
     * @param idToken a new one: a secret; null where none came
     */
    record Renewed(StoredLogin login, @Nullable String idToken) implements Result {
      /** Without the token. */
      @Override
      public String toString() {
        return "Renewed[" + login + "]";
      }
    }

    /**
     * {@code invalid_grant}, or {@code invalid_client}: the refresh token is worthless.
     *
     * @param why for the person
     */
    record Ended(String why) implements Result {}

    /**
     * draft-ietf-oauth-first-party-apps-04 §6.2, {@code insufficient_authorization}: the refresh
     * token is as good as before, and the person has to prove something again.
     *
     * @param login with the session to continue from
     */
    record PersonNeeded(StoredLogin login) implements Result {}
  }

  /**
   * @throws ClientException {@link Problem#NETWORK}, {@link Problem#REFUSED}, {@link
   *     Problem#METADATA_INVALID}: nothing was decided about the login
   */
  public Result of(StoredLogin login, boolean becauseRejected) {
    String refreshToken = login.refreshToken();
    if (refreshToken == null) {
      return new Result.Ended("it cannot be refreshed");
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", refreshToken);
    form.putAll(
        ServerSettings.stored(login.pinned()).parameters(RequestKind.TOKEN, login.resource()));
    ClientAuthentication client = registration.authentication(login);
    URI endpoint = URI.create(login.tokenEndpoint());
    return switch (tokenEndpoint.request(endpoint, client, keys.of(login), isBound(login), form)) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) ->
          new Result.Renewed(renewed(login, tokens, becauseRejected), tokens.idToken());
      case Answer.Refused<TokenResponse> refused -> {
        if (refused.is(ErrorCode.INVALID_CLIENT)) {
          requireForgotten(login, refused);
          yield new Result.Ended("the authorization server forgot this client");
        }
        if (refused.is(ErrorCode.INVALID_GRANT)) {
          yield new Result.Ended("it was revoked, or it is too old");
        }
        if (refused.is(ErrorCode.INSUFFICIENT_AUTHORIZATION)) {
          yield new Result.PersonNeeded(login.continuedFrom(refused.authSession()));
        }
        throw refused.as(Problem.REFUSED, "the token could not be refreshed", null);
      }
    };
  }

  /** RFC 9449 §5: of a login of bearer tokens, the key may bind the refresh token alone. */
  private static boolean isBound(StoredLogin login) {
    return login.tokenType().equals(AccessToken.DPOP);
  }

  /**
   * A public client that is not known was forgotten, and one that registered itself can do so
   * again. Of any other, its secret may be wrong here, or the clock that its assertions are made
   * by: that is corrected, and the login goes on.
   */
  private void requireForgotten(StoredLogin login, Answer.Refused<TokenResponse> refused) {
    boolean registered = registration.forget(login.issuer(), login.clientId());
    if (!registered && !login.authMethod().equals(ClientAuthentication.NONE)) {
      throw refused.as(
          Problem.CLIENT_REFUSED,
          "the token could not be refreshed, and the login is kept",
          "check the client's secret or key, and this machine's clock; or log in again");
    }
  }

  private StoredLogin renewed(StoredLogin login, TokenResponse tokens, boolean becauseRejected) {
    return login
        .refreshed(
            String.valueOf(tokens.accessToken()),
            tokens.refreshToken(),
            scope(login, tokens),
            clock.instant().getEpochSecond(),
            tokens.expiresIn(),
            becauseRejected)
        .ofType(
            AccessToken.DPOP.equalsIgnoreCase(tokens.tokenType())
                ? AccessToken.DPOP
                : login.tokenType())
        .continuedFrom(tokens.authSession());
  }

  /** A scope that cannot be read must not cost the tokens that came with it. */
  private static String scope(StoredLogin login, TokenResponse tokens) {
    try {
      return tokens.scope() == null ? login.scope() : Scope.parse(tokens.scope()).toString();
    } catch (OAuthException e) {
      return login.scope();
    }
  }
}
