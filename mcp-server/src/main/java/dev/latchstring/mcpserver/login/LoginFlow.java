package dev.latchstring.mcpserver.login;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginHint;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.browser.ReturnElsewhere;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.mcpserver.stdio.Cancellation;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 8628, RFC 8252. One login from its start to its end. It has an identity, so that a late
 * answer cannot touch a newer one, and it outlives the request that started it. A login of the same
 * account that somebody else finishes meanwhile, in another process, finishes this one too.
 */
public final class LoginFlow {
  private static final Logger LOG = LoggerFactory.getLogger(LoginFlow.class);

  /** Where a flow stands. */
  public sealed interface State {
    /** What to show is being fetched. */
    record Preparing() implements State {}

    /** The person has to open the page. */
    record Shown(LoginPage page) implements State {}

    /** Somebody approved; the person here has to say whether that was them. */
    record Approved(Approval approval) implements State {}

    /** The tokens are stored. */
    record Finished(@Nullable Identity identity) implements State {}

    /** It came to nothing, by somebody's decision or none. */
    record Ended(String reason) implements State {}

    /** It could not be carried out. */
    record Failed(String problem, @Nullable String hint) implements State {}
  }

  private final String id;
  private final Account account;
  private final LoginOptions options;
  private final LoginLead lead;
  private final Runnable onFinished;
  private final Standing standing = new Standing();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Login login;
  private @Nullable CameBack cameBack;
  private boolean cancelled;
  private volatile boolean toldWho;

  /** Whether this process alone gives it up, and another may go on with it. */
  private volatile boolean left;

  /**
   * @param onFinished runs once, when the tokens are stored
   */
  LoginFlow(String id, Account account, LoginOptions options, LoginLead lead, Runnable onFinished) {
    this.id = id;
    this.account = account;
    this.options = options;
    this.lead = lead;
    this.onFinished = onFinished;
  }

  void start() {
    Thread.ofVirtual().name("login-" + id).start(this::run);
  }

  /** Its identity, which no other flow has. */
  public String id() {
    return id;
  }

  public State state() {
    return standing.state();
  }

  boolean isOver() {
    return standing.isOver();
  }

  /** The state once the code is there, or what came instead of it. */
  public State awaitCode(Duration patience, Cancellation cancellation) {
    return standing.await(s -> !(s instanceof State.Preparing), patience, cancellation);
  }

  /** The state once somebody decided, or the state after that time. */
  public State awaitDecision(Duration patience, Cancellation cancellation) {
    return standing.await(
        s -> !(s instanceof State.Preparing || s instanceof State.Shown), patience, cancellation);
  }

  /** The state once it is final, or the state after that time. */
  State awaitEnd(Duration patience, Cancellation cancellation) {
    return standing.await(
        s ->
            !(s instanceof State.Preparing
                || s instanceof State.Shown
                || s instanceof State.Approved),
        patience,
        cancellation);
  }

  /** Somebody was told who approved, and may be asked to confirm it. */
  public void toldWho() {
    toldWho = true;
  }

  /** Whether anybody here was told who approved. */
  public boolean isWhoTold() {
    return toldWho;
  }

  /** The person here says that they approved: the tokens are stored and used. */
  public State confirm() {
    if (state() instanceof State.Approved approved) {
      store(approved.approval());
    }
    return state();
  }

  private void store(Approval approval) {
    try {
      approval.confirm();
      become(new State.Finished(approval.identity()));
    } catch (ClientException e) {
      become(new State.Failed(e.description(), e.hint()));
    }
  }

  /** Somebody else approved: the tokens are revoked and forgotten. */
  public void discard(String reason) {
    if (state() instanceof State.Approved approved) {
      approved.approval().discard();
      become(new State.Ended(reason));
    }
  }

  /** The person does not want to log in. */
  public void cancel(String reason) {
    Login running = stopped();
    // The reason first: the login that ends knows only that it was cancelled.
    discard(reason);
    become(new State.Ended(reason));
    if (running != null) {
      running.cancel();
    }
  }

  /**
   * This process ends. Somebody may still enter the code, or has: the login waits for whoever joins
   * it next.
   */
  void leave(String reason) {
    left = true;
    Login running = stopped();
    become(new State.Ended(reason));
    if (running != null) {
      running.leave();
    }
  }

  /** Takes the address that a browser on another machine ended at. */
  private interface CameBack {
    /**
     * @return what is wrong with it; null where it was taken
     */
    @Nullable String offer(String address);
  }

  /**
   * Takes the address that a browser on another machine ended at, wherever it is waited for: here,
   * or in the process whose login is shown here as well.
   *
   * @return what is wrong with it; null where it was taken
   */
  public @Nullable String paste(String address) {
    CameBack waiting;
    lock.lock();
    try {
      waiting = cameBack;
    } finally {
      lock.unlock();
    }
    return waiting == null ? "no browser is waited for here" : waiting.offer(address);
  }

  private void takes(CameBack waiting) {
    lock.lock();
    try {
      cameBack = waiting;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      FollowedLogin elsewhere = new FollowedLogin(account, lead);
      Thread.ofVirtual().name("login-elsewhere-" + id).start(() -> watch(elsewhere));
      Login prepared = account.login(options);
      if (prepared.flow() == FlowName.CODE) {
        leadOrFollow(prepared, elsewhere);
      } else if (begun(prepared)) {
        end(prepared.run(new Prompt(null)), null);
      }
    } catch (ClientException e) {
      LOG.info("the login failed: {}", e.description());
      become(failure(e));
    } catch (RuntimeException e) {
      LOG.warn("the login failed", e);
      become(new State.Failed("the login failed for an unexpected reason", "see standard error"));
    }
  }

  private boolean begun(Login prepared) {
    lock.lock();
    try {
      login = prepared;
      return !cancelled;
    } finally {
      lock.unlock();
    }
  }

  /** What runs, which nothing is to follow; null where nothing runs yet. */
  private @Nullable Login stopped() {
    lock.lock();
    try {
      cancelled = true;
      return login;
    } finally {
      lock.unlock();
    }
  }

  /** A window of the browser for each of a host's processes would be too many. */
  private void leadOrFollow(Login prepared, FollowedLogin elsewhere) {
    while (!isOver()) {
      try (LoginLead.Held held = lead.take(id)) {
        if (held != null) {
          if (!isLeft(elsewhere, held) && !isDone(elsewhere) && begun(prepared)) {
            held.begin();
            end(prepared.run(new Prompt(held)), held);
          }
          return;
        }
      }
      LoginPage page = elsewhere.page();
      if (page != null && page.comesBackTo() != null) {
        takes(new ReturnElsewhere(page.comesBackTo())::hand);
        become(new State.Shown(page));
      }
      if (!FollowedLogin.paused()) {
        return;
      }
    }
  }

  /** Whether the login that was shown here as well came to nothing, by somebody's decision. */
  private boolean isLeft(FollowedLogin elsewhere, LoginLead.Held held) {
    String reason = elsewhere.end(held);
    return reason != null && become(new State.Ended(reason));
  }

  /** Whether somebody has logged in since this flow began, which ends it. */
  private boolean isDone(FollowedLogin elsewhere) {
    LoginStatus now = elsewhere.done();
    return now != null && become(new State.Finished(now.identity()));
  }

  private void end(LoginOutcome outcome, LoginLead.@Nullable Held held) {
    String how =
        switch (outcome) {
          case LoginOutcome.Approved approved -> {
            approved(approved.approval());
            yield null;
          }
          case LoginOutcome.Denied denied -> "the login was denied";
          case LoginOutcome.Expired expired -> "nobody logged in before the time was over";
          case LoginOutcome.Cancelled none -> "the login was cancelled";
        };
    if (how == null) {
      return;
    }
    become(new State.Ended(how));
    if (held != null && !left && state() instanceof State.Ended ended) {
      held.ended(ended.reason());
    }
  }

  private final class Prompt implements dev.latchstring.client.login.LoginPrompt {
    private final LoginLead.@Nullable Held held;

    Prompt(LoginLead.@Nullable Held held) {
      this.held = held;
    }

    @Override
    public void show(DeviceCode code) {
      become(new State.Shown(LoginPage.of(code)));
    }

    @Override
    public void show(BrowserAddress address) {
      takes(address.pasteBack()::offer);
      LoginPage page = LoginPage.of(address);
      if (held != null) {
        held.shows(page);
      }
      become(new State.Shown(page));
    }
  }

  /** Sees to it that a login which was done elsewhere is not waited for here. */
  private void watch(FollowedLogin elsewhere) {
    while (!isOver() && FollowedLogin.paused()) {
      if (isDone(elsewhere)) {
        LOG.info("the login was done elsewhere");
        Login running = stopped();
        if (running != null) {
          running.leave();
        }
      }
    }
  }

  private State failure(ClientException e) {
    return switch (e.problem()) {
      case WRONG_PERSON -> new State.Ended(e.description());
      case NO_USABLE_LOGIN, REFUSED, CLIENT_REFUSED ->
          new State.Failed(e.description(), byChallenge(e.hint()));
      default -> new State.Failed(e.description(), e.hint());
    };
  }

  /**
   * A login that was made by challenge is made again so, which no host is asked for: what its
   * server asks may be secret.
   */
  private @Nullable String byChallenge(@Nullable String otherwise) {
    LoginStatus before = FollowedLogin.statusOf(account);
    return before == null || !before.byChallenge()
        ? otherwise
        : "log in again in a terminal, where you can answer what the server asks: "
            + LoginHint.command(account.server(), account.name(), FlowName.CHALLENGE);
  }

  private void approved(Approval approval) {
    if (!approval.needsConfirmation() && !isOver()) {
      store(approval); // nobody who waits may see a question where there is none
    } else if (!become(new State.Approved(approval))) {
      approval.discard();
    }
  }

  /** An end is final: false where the flow has one already. */
  private boolean become(State next) {
    boolean moved = standing.become(next);
    if (moved && next instanceof State.Finished) {
      onFinished.run();
    }
    return moved;
  }
}
