package dev.latchstring.client.delivery;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.ForwardingAccount;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An account to which a token can be delivered. As long as there is one it goes before the stored
 * login: until it ends, is rejected by the server it is for, is given up by a logout, or a login is
 * confirmed after it. It lives in this process's memory and nowhere else.
 */
public final class DeliveredAccount extends ForwardingAccount implements TokenSource {
  private final Account account;
  private final Clock clock;
  private final ReentrantLock delivering = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Held held;
  private volatile Runnable onRejected = () -> {};

  private record Held(CheckedToken checked, Instant deliveredAt) {}

  /**
   * @param account whose stored login is used where nothing was delivered
   */
  public DeliveredAccount(Account account, Clock clock) {
    this.account = account;
    this.clock = clock;
  }

  @Override
  protected Account account() {
    return account;
  }

  /** Runs when a delivered token was dropped because the server did not take it. */
  public void whenRejected(Runnable told) {
    onRejected = told;
  }

  /**
   * Takes a token, which replaces the one delivered before.
   *
   * @throws OAuthException what {@link DeliveryCheck} throws; {@code access_denied} where it is of
   *     somebody else than the account
   * @throws ClientException where it cannot be found out which tokens are good here
   */
  public LoginStatus deliver(Delivery delivery, LoginOptions options) {
    delivering.lock();
    try {
      CheckedToken checked = check(delivery, options);
      Optional<LoginStatus> stored = account.status();
      Held before = current();
      Identity pinned =
          before != null
              ? before.checked().identity()
              : stored.map(LoginStatus::identity).orElse(null);
      requireSamePerson(pinned, checked.identity());
      Held fresh = new Held(checked, clock.instant());
      hold(fresh);
      return status(fresh);
    } finally {
      delivering.unlock();
    }
  }

  /** Whether a delivered token is in use. */
  public boolean isDelivered() {
    return current() != null;
  }

  /**
   * Forgets the delivered token. It is its bearer's, and is not revoked.
   *
   * @return whether there was one
   */
  public boolean forgetDelivered() {
    boolean had = isDelivered();
    hold(null);
    return had;
  }

  private static void requireSamePerson(@Nullable Identity pinned, Identity identity) {
    if (pinned == null || pinned.subject() == null) {
      return;
    }
    if (!pinned.issuer().equals(identity.issuer())
        || !pinned.subject().equals(identity.subject())) {
      throw new OAuthException(
          ErrorCode.ACCESS_DENIED,
          "the token is of somebody else than this account; log out first to let another in");
    }
  }

  private @Nullable Held current() {
    lock.lock();
    try {
      Held present = held;
      if (present != null
          && !clock
              .instant()
              .isBefore(present.checked().expiresAt().minusSeconds(DeliveryCheck.MARGIN_SECONDS))) {
        held = null;
      }
      return held;
    } finally {
      lock.unlock();
    }
  }

  private void hold(@Nullable Held next) {
    lock.lock();
    try {
      held = next;
    } finally {
      lock.unlock();
    }
  }

  private void drop(Held expected) {
    lock.lock();
    try {
      if (expected.equals(held)) {
        held = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private LoginStatus status(Held delivered) {
    CheckedToken checked = delivered.checked();
    return new LoginStatus(
        server(),
        name(),
        checked.identity(),
        checked.clientId(),
        checked.token().resource(),
        checked.token().scope(),
        delivered.deliveredAt(),
        checked.expiresAt(),
        false,
        false,
        false,
        ServerSettings.NONE);
  }

  @Override
  public AccessToken token() {
    Held delivered = current();
    return delivered != null ? delivered.checked().token() : account.tokens().token();
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    Held delivered = current();
    if (delivered == null) {
      return account.tokens().rejected(token);
    }
    if (!delivered.checked().token().value().equals(token.value())) {
      return delivered.checked().token();
    }
    drop(delivered);
    Thread.ofVirtual().start(onRejected);
    return account.tokens().token();
  }

  @Override
  public TokenSource tokens() {
    return this;
  }

  @Override
  public Optional<LoginStatus> status() {
    Held delivered = current();
    return delivered != null ? Optional.of(status(delivered)) : account.status();
  }

  /** Of the delivered token and the stored login. */
  @Override
  public LogoutResult logout() {
    hold(null);
    return account.logout();
  }

  @Override
  public Login login(LoginOptions options) {
    return new LaterLogin(account.login(options), () -> hold(null));
  }

  /** Without any token. */
  @Override
  public String toString() {
    return "DeliveredAccount[" + server() + "]";
  }
}
