package dev.latchstring.cli.connect;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ForwardingAccount;
import dev.latchstring.client.TokenSource;
import java.net.URI;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An account that is opened when it is first needed. What keeps it from being opened, such as a
 * malformed variable, is then told to the request that needed it, and tried again for the next.
 */
public final class LazyAccount extends ForwardingAccount implements TokenSource {
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
  protected Account account() {
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
