package dev.latchstring.mcpserver.login;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One login at a time: whoever needs one meanwhile joins it. */
public final class LoginDesk implements Logins {
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
  public LoginDesk(
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
  public record Ticket(LoginFlow flow, boolean started) {}

  /** Starts a login for what was required, or joins the one that runs. */
  public Ticket begin(LoginRequired need, HostFace face) {
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

  @Override
  public LoginDesk desk(LoginRequired need) {
    return this;
  }

  @Override
  public @Nullable LoginFlow running() {
    lock.lock();
    try {
      return latest != null && !latest.isOver() ? latest : null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable LoginFlow find(String id) {
    lock.lock();
    try {
      return latest != null && latest.id().equals(id) ? latest : null;
    } finally {
      lock.unlock();
    }
  }

  /** Who is logged in, in words for a person; null where nobody is. */
  public @Nullable String loggedInAs() {
    try {
      Optional<LoginStatus> status = account.status();
      return status.map(s -> Quoted.text(s.identity().display(), 80)).orElse(null);
    } catch (ClientException e) {
      LOG.debug("no status", e);
      return null;
    }
  }

  @Override
  public void close() {
    LoginFlow flow = running();
    if (flow != null) {
      flow.leave("latch was stopped");
    }
  }
}
