package dev.latchstring.authorizationserver.logout;

import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.PresentedIdTokens;
import dev.latchstring.authorizationserver.token.PresentedIdTokens.Hint;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect RP-Initiated Logout 1.0 §2 to §4. What a request may say.
 *
 * <p>A hint that is not an id token of this server's, or not any more, counts for nothing. Whatever
 * else is wrong makes the whole request one that cannot be used: nobody is sent anywhere, and the
 * person is told why. Parameters that are not known are ignored.
 */
public final class LogoutRequestRules {
  private static final int MAX_HINT = 200;

  private final PresentedIdTokens idTokens;
  private final RegisteredClients clients;

  public LogoutRequestRules(PresentedIdTokens idTokens, RegisteredClients clients) {
    this.idTokens = idTokens;
    this.clients = clients;
  }

  /**
   * Reads a request.
   *
   * @param requestedFrom the network address of the request
   */
  LogoutRequest read(FormParameters parameters, String requestedFrom) {
    try {
      return checked(parameters, requestedFrom);
    } catch (OAuthException refused) {
      if (refused.code().httpStatus() >= 500) {
        throw refused;
      }
      return LogoutRequest.unusable(refused.description());
    }
  }

  private LogoutRequest checked(FormParameters parameters, String requestedFrom) {
    String token = parameters.optional("id_token_hint");
    Hint hint = token == null ? null : idTokens.hint(token).orElse(null);
    RegisteredClient client = client(hint, parameters.optional("client_id"), requestedFrom);
    String redirectUri = parameters.optional("post_logout_redirect_uri");
    if (redirectUri != null && !isRegistered(client, redirectUri)) {
      throw invalid(
          client == null
              ? "post_logout_redirect_uri needs a client_id, or an id_token_hint of this server"
              : "post_logout_redirect_uri is not one that the program has registered");
    }
    String state = parameters.optional("state");
    if (state != null && FormParameters.encode(state).length() > LogoutRequest.MAX_STATE) {
      throw invalid("state is longer than " + LogoutRequest.MAX_STATE + " characters when encoded");
    }
    String loginHint = parameters.optional("logout_hint");
    if (loginHint != null && loginHint.length() > MAX_HINT) {
      throw invalid("logout_hint is longer than " + MAX_HINT + " characters");
    }
    return new LogoutRequest(
        client == null ? null : client.clientId(),
        hint == null ? null : hint.subject(),
        loginHint,
        redirectUri,
        redirectUri == null ? null : state,
        null);
  }

  private @Nullable RegisteredClient client(
      @Nullable Hint hint, @Nullable String named, String requestedFrom) {
    if (hint != null && named != null && !named.equals(hint.clientId())) {
      throw invalid("client_id is not the program that the id_token_hint was issued to");
    }
    String clientId = hint == null ? named : hint.clientId();
    return clientId == null
        ? null
        : clients
            .resolve(clientId, requestedFrom)
            .orElseThrow(() -> invalid("no program is registered under this client_id"));
  }

  /** A client as it is now, where the address is still one of its own. */
  Optional<RegisteredClient> recipient(LogoutRequest request) {
    return Optional.ofNullable(request.clientId())
        .flatMap(clients::find)
        .filter(client -> isRegistered(client, request.redirectUri()));
  }

  /** §3: exactly as it was registered. */
  private static boolean isRegistered(@Nullable RegisteredClient client, @Nullable String uri) {
    List<String> registered = client == null ? null : client.metadata().postLogoutRedirectUris();
    return registered != null && uri != null && registered.contains(uri);
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}
