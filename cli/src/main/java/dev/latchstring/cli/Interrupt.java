package dev.latchstring.cli;

/**
 * What to do when the person presses Ctrl-C, or the process is asked to end, while something is
 * under way.
 *
 * <p>The JVM then runs the action on a thread of its own while the command still runs, and ends
 * with status 130 (SIGINT) or 143 (SIGTERM) when the action returns. Closing takes the action back.
 */
public final class Interrupt implements AutoCloseable {
  private final Thread hook;

  private Interrupt(Runnable action) {
    hook = new Thread(action, "interrupt");
  }

  /** From now until closed. */
  public static Interrupt runs(Runnable action) {
    Interrupt interrupt = new Interrupt(action);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the action is running.
    }
  }
}
