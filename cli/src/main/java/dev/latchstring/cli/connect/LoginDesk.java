package dev.latchstring.cli.connect;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One login at a time: whoever needs one meanwhile joins it. */
final class LoginDesk {
  private static final Logger LOG = LoggerFactory.getLogger(LoginDesk.class);

  private final Account account;
  private final LoginWish wish;
  private final LoginLead lead;
  private final SecureRandom random;
  private final Runnable onLogin;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable LoginFlow latest;

  /**
   * @param lead decides which of several processes opens a browser
   * @param onLogin runs after each login that was stored
   */
  LoginDesk(
      Account account, LoginWish wish, LoginLead lead, SecureRandom random, Runnable onLogin) {
    this.account = account;
    this.wish = wish;
    this.lead = lead;
    this.random = random;
    this.onLogin = onLogin;
  }

  /**
   * @param started whether this call started the flow, rather than joined it
   */
  record Ticket(LoginFlow flow, boolean started) {}

  /** Starts a login for what was required, or joins the one that runs. */
  Ticket begin(LoginRequired need, HostFace face) {
    lock.lock();
    try {
      LoginFlow flow = latest;
      if (flow != null && !flow.isOver()) {
        return new Ticket(flow, false);
      }
      LoginFlow fresh =
          new LoginFlow(Secrets.newToken(random), account, wish.options(need, face), lead, onLogin);
      latest = fresh;
      fresh.start();
      return new Ticket(fresh, true);
    } finally {
      lock.unlock();
    }
  }

  /** The flow that runs; null where none does. */
  @Nullable LoginFlow running() {
    lock.lock();
    try {
      return latest != null && !latest.isOver() ? latest : null;
    } finally {
      lock.unlock();
    }
  }

  /** The flow of that identity, also when it is over; null where a newer one took its place. */
  @Nullable LoginFlow find(String id) {
    lock.lock();
    try {
      return latest != null && latest.id().equals(id) ? latest : null;
    } finally {
      lock.unlock();
    }
  }

  /** Who is logged in, in words for a person; null where nobody is. */
  @Nullable String loggedInAs() {
    try {
      Optional<LoginStatus> status = account.status();
      return status.map(s -> Quoted.text(s.identity().display(), 80)).orElse(null);
    } catch (ClientException e) {
      LOG.debug("no status", e);
      return null;
    }
  }

  /** Leaves what runs, because the process ends. */
  void close() {
    LoginFlow flow = running();
    if (flow != null) {
      flow.leave("latch was stopped");
    }
  }
}
