package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.Challenge;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a tool may use: the login of whoever made it. Good for that call alone; its
 * methods may block for as long as a person takes to log in.
 */
public final class Access {
  private final AccountLogin account;
  private final Caller caller;
  private final LoginPresenter presenter;
  private final Call call;
  private @Nullable HttpClient http;
  private volatile @Nullable RuntimeException ended;

  Access(AccountLogin account, Caller caller, LoginPresenter presenter, Call call) {
    this.account = account;
    this.caller = caller;
    this.presenter = presenter;
    this.call = call;
  }

  /** Whose login it is. */
  public Caller caller() {
    return caller;
  }

  /** The provider whose login it is. */
  public String provider() {
    return account.provider().name();
  }

  /** The account's name. */
  public String account() {
    return account.name();
  }

  /** The API that the token is for. */
  public URI api() {
    return account.provider().api();
  }

  /**
   * The token, for code that makes its own requests: to be asked before each, and kept nowhere. A
   * bound one ({@link AccessToken#isBound()}) needs a proof with each request; {@link #http} does
   * all of that by itself.
   *
   * @throws ClientException where there is none any more
   */
  public AccessToken token() {
    return account.tokens().token();
  }

  /**
   * Sends requests to the API, and to it alone, with the token: refreshes it, proves its key, logs
   * in anew where the API no longer takes it, and steps up where the API wants more. Follows no
   * redirects.
   */
  public synchronized HttpClient http() {
    if (http == null) {
      http = account.http(this::logIn);
    }
    return http;
  }

  /** What the API said goes before what the front would find out by itself. */
  private void logIn(Account of, LoginOptions wanted) {
    GivenToken given = account.given();
    if (given != null) {
      throw given.refused(of.server(), wanted);
    }
    List<Challenge> challenges =
        Objects.requireNonNullElse(wanted.challenges(), List.<Challenge>of());
    boolean more =
        challenges.stream().anyMatch(challenge -> "insufficient_scope".equals(challenge.error()));
    LoginRequired need = new LoginRequired(more ? 403 : 401, challenges, account.key());
    try {
      presenter.login(need, call);
    } catch (RuntimeException e) {
      ended = e;
      throw new ClientException(
          Problem.LOGIN_REQUIRED, of.server() + " wants a login", "log in with auth_login");
    }
  }

  /** What a login came to that was needed in the middle of the call; null where nothing did. */
  @Nullable RuntimeException ended() {
    return ended;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Access[" + account.key() + "]";
  }
}
