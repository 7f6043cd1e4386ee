package dev.latchstring.client.machine;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.login.TokenEndpoint;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant, "Refresh Token". A person who logged in at the
 * identity provider with this program ({@code latch login ISSUER}): their refresh token gets a new
 * id token, which is what every identity provider has to accept; where it gets none, it is
 * presented itself.
 *
 * <p>The login is renewed under its lock in the store, as any other.
 */
public final class SignedIn implements IdJag.Subject {
  private final String issuer;
  private final Slot.LoginSlot slot;
  private final TokenStore store;
  private final Registration registration;
  private final SecureRandom random;

  /**
   * @param issuer the identity provider's
   * @param account the name of the login there
   */
  public SignedIn(
      String issuer,
      String account,
      TokenStore store,
      Registration registration,
      SecureRandom random) {
    this.issuer = issuer;
    this.slot = new Slot.LoginSlot(URI.create(issuer), account);
    this.store = store;
    this.registration = registration;
    this.random = random;
  }

  @Override
  public String where() {
    return "the login at " + issuer;
  }

  @Override
  public IdJag.SubjectToken token(MachineRequest request) {
    return store.exclusively(slot, () -> renewed(request));
  }

  private IdJag.SubjectToken renewed(MachineRequest request) {
    StoredLogin login = store.find(slot).orElse(null);
    if (login == null || login.refreshToken() == null || !login.issuer().equals(issuer)) {
      throw loginRequired("nobody is signed in at " + issuer);
    }
    ClientAuthentication client = registration.authentication(login);
    DpopProofs key = key(login, request);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", login.refreshToken());
    Answer<TokenResponse> answer =
        new TokenEndpoint(request.requests())
            .request(URI.create(login.tokenEndpoint()), client, key, false, form);
    return switch (answer) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) -> {
        StoredLogin next =
            login.refreshed(
                String.valueOf(tokens.accessToken()),
                tokens.refreshToken(),
                scope(login, tokens),
                request.clock().instant().getEpochSecond(),
                tokens.expiresIn(),
                false);
        store.replace(slot, login, next);
        String idToken = tokens.idToken();
        yield idToken == null
            ? new IdJag.SubjectToken(
                String.valueOf(next.refreshToken()), TokenType.REFRESH_TOKEN, key, client)
            : new IdJag.SubjectToken(idToken, TokenType.ID_TOKEN, key, client);
      }
      case Answer.Refused<TokenResponse> refused -> {
        if (refused.is(ErrorCode.INVALID_GRANT)) {
          store.replace(slot, login, login.ended());
          throw loginRequired("the login at " + issuer + " has ended");
        }
        throw refused.as(Problem.REFUSED, "the login at " + issuer + " could not be renewed", null);
      }
    };
  }

  private @Nullable DpopProofs key(StoredLogin login, MachineRequest request) {
    String key = login.dpopKey();
    try {
      return key == null ? null : new DpopProofs(JWK.parse(key), request.clock(), random);
    } catch (ParseException | IllegalArgumentException e) {
      throw new ClientException(
          Problem.STORE_DAMAGED,
          "the key of the stored login at " + issuer + " cannot be used",
          "log out and log in again");
    }
  }

  private static String scope(StoredLogin login, TokenResponse tokens) {
    try {
      return tokens.scope() == null ? login.scope() : Scope.parse(tokens.scope()).toString();
    } catch (OAuthException e) {
      return login.scope();
    }
  }

  private ClientException loginRequired(String what) {
    return new ClientException(Problem.LOGIN_REQUIRED, what, "run latch login " + issuer);
  }
}
