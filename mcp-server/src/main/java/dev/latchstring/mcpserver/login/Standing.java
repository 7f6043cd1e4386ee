package dev.latchstring.mcpserver.login;

import dev.latchstring.mcpserver.login.LoginFlow.State;
import dev.latchstring.mcpserver.stdio.Cancellation;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Where a login stands, and who waits for it to move. An end is final. */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class Standing {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = new State.Preparing();

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

  /** False where there is an end already. */
  boolean become(State next) {
    lock.lock();
    try {
      if (isOver()) {
        return false;
      }
      state = next;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The state once it is the wanted one, or after that time. */
  State await(Predicate<State> wanted, Duration patience, Cancellation cancellation) {
    long left = patience.toNanos();
    try (var registration = cancellation.onCancel(this::wake)) {
      lock.lock();
      try {
        while (!wanted.test(state) && left > 0 && !cancellation.isCancelled()) {
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
