package dev.latchstring.cli.connect;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 8628. One login from its start to its end. It has an identity, so that a late answer cannot
 * touch a newer one, and it outlives the request that started it.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class LoginFlow {
  private static final Logger LOG = LoggerFactory.getLogger(LoginFlow.class);

  /** Where a flow stands. */
  sealed interface State {
    /** The code is being fetched. */
    record Preparing() implements State {}

    /** The person has to enter the code. */
    record Shown(DeviceCode code) implements State {}

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
  private final Runnable onFinished;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = new State.Preparing();
  private @Nullable Login login;
  private boolean cancelled;

  /**
   * @param onFinished runs once, when the tokens are stored
   */
  LoginFlow(String id, Account account, LoginOptions options, Runnable onFinished) {
    this.id = id;
    this.account = account;
    this.options = options;
    this.onFinished = onFinished;
  }

  void start() {
    Thread.ofVirtual().name("login-" + id).start(this::run);
  }

  String id() {
    return id;
  }

  State state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    return switch (state()) {
      case State.Preparing p -> false;
      case State.Shown s -> false;
      case State.Approved a -> false;
      case State.Finished f -> true;
      case State.Ended e -> true;
      case State.Failed f -> true;
    };
  }

  /** The state once the code is there, or what came instead of it. */
  State awaitCode(Duration patience, Cancellation cancellation) {
    return await(s -> !(s instanceof State.Preparing), patience, cancellation);
  }

  /** The state once somebody decided, or the state after that time. */
  State awaitDecision(Duration patience, Cancellation cancellation) {
    return await(
        s -> !(s instanceof State.Preparing || s instanceof State.Shown), patience, cancellation);
  }

  /** The state once it is final, or the state after that time. */
  State awaitEnd(Duration patience, Cancellation cancellation) {
    return await(
        s ->
            !(s instanceof State.Preparing
                || s instanceof State.Shown
                || s instanceof State.Approved),
        patience,
        cancellation);
  }

  /** The person here says that they approved: the tokens are stored and used. */
  State confirm() {
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
  void discard(String reason) {
    if (state() instanceof State.Approved approved) {
      approved.approval().discard();
      become(new State.Ended(reason));
    }
  }

  /** The person does not want to log in. */
  void cancel(String reason) {
    Login running;
    lock.lock();
    try {
      cancelled = true;
      running = login;
    } finally {
      lock.unlock();
    }
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
    Login running;
    lock.lock();
    try {
      cancelled = true;
      running = login;
    } finally {
      lock.unlock();
    }
    become(new State.Ended(reason));
    if (running != null) {
      running.leave();
    }
  }

  private void run() {
    try {
      Login prepared = account.login(options);
      lock.lock();
      try {
        if (cancelled) {
          return;
        }
        login = prepared;
      } finally {
        lock.unlock();
      }
      switch (prepared.run(code -> become(new State.Shown(code)))) {
        case LoginOutcome.Approved approved -> approved(approved.approval());
        case LoginOutcome.Denied denied -> become(new State.Ended("the login was denied"));
        case LoginOutcome.Expired expired ->
            become(new State.Ended("the code expired before somebody entered it"));
        case LoginOutcome.Cancelled none -> become(new State.Ended("the login was cancelled"));
      }
    } catch (ClientException e) {
      LOG.info("the login failed: {}", e.description());
      become(failure(e));
    } catch (RuntimeException e) {
      LOG.warn("the login failed", e);
      become(new State.Failed("the login failed for an unexpected reason", "see standard error"));
    }
  }

  private static State failure(ClientException e) {
    return e.problem() == Problem.WRONG_PERSON
        ? new State.Ended(e.description())
        : new State.Failed(e.description(), e.hint());
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
    lock.lock();
    try {
      if (isOver()) {
        return false;
      }
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (next instanceof State.Finished) {
      onFinished.run();
    }
    return true;
  }

  private interface Goal {
    boolean reached(State state);
  }

  private State await(Goal goal, Duration patience, Cancellation cancellation) {
    long left = patience.toNanos();
    try (var registration = cancellation.onCancel(this::wake)) {
      lock.lock();
      try {
        while (!goal.reached(state) && left > 0 && !cancellation.isCancelled()) {
          left = changed.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cancellation.check();
    return state();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
