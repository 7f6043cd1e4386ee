package dev.latchstring.cli.connect;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An account that is opened when it is first needed. What keeps it from being opened, such as a
 * malformed variable, is then told to the request that needed it, and tried again for the next.
 */
public final class LazyAccount implements Account, TokenSource {
  private final URI server;
  private final Supplier<Account> source;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Account opened;

  public LazyAccount(URI server, Supplier<Account> source) {
    this.server = server;
    this.source = source;
  }

  @Override
  public URI server() {
    return server;
  }

  @Override
  public String name() {
    return account().name();
  }

  @Override
  public DiscoveryResult discover() {
    return account().discover();
  }

  @Override
  public Discovered discover(LoginOptions options) {
    return account().discover(options);
  }

  @Override
  public CheckedToken check(Delivery delivery, LoginOptions options) {
    return account().check(delivery, options);
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    return account().negotiate(options);
  }

  @Override
  public Login login(LoginOptions options) {
    return account().login(options);
  }

  @Override
  public TokenSource tokens() {
    return this;
  }

  @Override
  public AccessToken token() {
    return account().tokens().token();
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    return account().tokens().rejected(token);
  }

  @Override
  public Optional<LoginStatus> status() {
    return account().status();
  }

  @Override
  public LogoutResult logout() {
    return account().logout();
  }

  private Account account() {
    lock.lock();
    try {
      Account account = opened;
      if (account == null) {
        account = source.get();
        opened = account;
      }
      return account;
    } finally {
      lock.unlock();
    }
  }
}
