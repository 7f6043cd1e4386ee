package dev.latchstring.cli.run;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.registration.ClientChoice;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An account whose token is handed over by the test. */
final class HandedTokens implements Account, TokenSource {
  private static final URI SERVER = URI.create("https://api.example.com/");

  private final AtomicInteger rejections = new AtomicInteger();
  private volatile AccessToken token;
  private volatile String person = "alice";

  HandedTokens(String value) {
    hand(value);
  }

  /** For an hour. */
  void hand(String value) {
    hand(value, Clock.systemUTC().instant().plusSeconds(3600));
  }

  void hand(String value, Instant expiresAt) {
    hand(new AccessToken(value, AccessToken.BEARER, SERVER, Scope.NONE, expiresAt));
  }

  void hand(AccessToken next) {
    token = next;
  }

  void handTo(String who, String value) {
    person = who;
    hand(value);
  }

  void logOut() {
    token = null;
  }

  int rejections() {
    return rejections.get();
  }

  @Override
  public AccessToken token() {
    AccessToken present = token;
    if (present == null) {
      throw new ClientException(Problem.LOGIN_REQUIRED, "nobody is logged in", "log in");
    }
    return present;
  }

  @Override
  public AccessToken rejected(AccessToken rejected) {
    rejections.incrementAndGet();
    if (rejected.value().equals(token().value())) {
      hand(rejected.value() + "-renewed");
    }
    return token();
  }

  @Override
  public URI server() {
    return SERVER;
  }

  @Override
  public String name() {
    return DEFAULT_NAME;
  }

  @Override
  public DiscoveryResult discover() {
    throw new UnsupportedOperationException("no network here");
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    throw new UnsupportedOperationException("no network here");
  }

  @Override
  public ClientChoice client(Discovered at) {
    throw new UnsupportedOperationException("no network here");
  }

  @Override
  public Login login(LoginOptions options) {
    throw new ClientException(Problem.NO_USABLE_LOGIN, "no login here", "hand a token over");
  }

  @Override
  public TokenSource tokens() {
    return this;
  }

  @Override
  public Optional<LoginStatus> status() {
    return token == null
        ? Optional.empty()
        : Optional.of(
            new LoginStatus(
                SERVER,
                DEFAULT_NAME,
                new Identity("https://auth.example.com", person, person),
                "client",
                SERVER,
                Scope.NONE,
                Instant.EPOCH,
                token.expiresAt(),
                true,
                false,
                false,
                ServerSettings.NONE));
  }

  @Override
  public LogoutResult logout() {
    throw new UnsupportedOperationException("no network here");
  }
}
