package dev.latchstring.cli;

import java.util.function.Supplier;

/**
 * What to do when the person presses Ctrl-C, or the process is asked to end, while something is
 * under way.
 *
 * <p>The JVM then runs the action on a thread of its own while the command still runs, and ends
 * with status 130 (SIGINT) or 143 (SIGTERM) when the action returns.
 */
public final class Interrupt {
  private final Thread hook;

  private Interrupt(Runnable action) {
    hook = new Thread(action, "interrupt");
  }

  /** Does the work; while it lasts, an interrupt runs the action. */
  public static <T> T runs(Runnable action, Supplier<T> work) {
    Interrupt interrupt = new Interrupt(action);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    try {
      return work.get();
    } finally {
      interrupt.takeBack();
    }
  }

  private void takeBack() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the action is running.
    }
  }
}
