package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.client.token.Refresh;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant, "Refresh Token". A person who logged in at the
 * identity provider with this program ({@code latch login ISSUER --pin issuer=ISSUER}): their
 * refresh token gets a new id token, which is what every identity provider has to accept; where it
 * gets none, it is presented itself.
 *
 * <p>The login is renewed under its lock in the store, as any other.
 */
public final class SignedIn implements IdJag.Subject {
  private final String issuer;
  private final Slot.LoginSlot slot;
  private final TokenStore store;
  private final Registration registration;
  private final Refresh refresh;

  /**
   * @param issuer the identity provider's
   * @param account the name of the login there
   */
  public SignedIn(
      String issuer, String account, TokenStore store, Registration registration, Refresh refresh) {
    this.issuer = issuer;
    this.slot = new Slot.LoginSlot(URI.create(issuer), account);
    this.store = store;
    this.registration = registration;
    this.refresh = refresh;
  }

  @Override
  public String where() {
    return "the login at " + issuer;
  }

  @Override
  public IdJag.SubjectToken token(MachineRequest request) {
    return store.exclusively(slot, this::renewed);
  }

  private IdJag.SubjectToken renewed() {
    StoredLogin login = store.find(slot).orElse(null);
    if (login == null || login.accessToken() == null || !login.issuer().equals(issuer)) {
      throw loginRequired(
          login == null || !login.issuer().equals(issuer)
              ? "nobody is signed in at " + issuer
              : "the login at " + issuer + " has ended");
    }
    if (login.refreshToken() == null) {
      throw loginRequired(
          "the login at " + issuer + " cannot be renewed: it came without a refresh token");
    }
    return switch (refresh.of(login, false)) {
      case Refresh.Result.Renewed(StoredLogin next, String idToken) -> {
        store.replace(slot, login, next);
        yield presented(next, idToken);
      }
      case Refresh.Result.Ended(String why) -> {
        store.replace(slot, login, login.ended());
        throw loginRequired("the login at " + issuer + " has ended: " + why);
      }
      case Refresh.Result.PersonNeeded(StoredLogin continued) -> {
        store.replace(slot, login, continued);
        throw new ClientException(
            Problem.REAUTHENTICATION_REQUIRED,
            "the login at " + issuer + " is kept, but wants to know again who is there",
            hint());
      }
    };
  }

  private IdJag.SubjectToken presented(StoredLogin login, @Nullable String idToken) {
    DpopProofs key = refresh.keys().of(login);
    ClientAuthentication client = registration.authentication(login);
    return idToken == null
        ? new IdJag.SubjectToken(
            String.valueOf(login.refreshToken()), TokenType.REFRESH_TOKEN, key, client)
        : new IdJag.SubjectToken(idToken, TokenType.ID_TOKEN, key, client);
  }

  private ClientException loginRequired(String what) {
    return new ClientException(Problem.LOGIN_REQUIRED, what, hint());
  }

  private String hint() {
    return "run latch login " + issuer + " --pin issuer=" + issuer;
  }
}
