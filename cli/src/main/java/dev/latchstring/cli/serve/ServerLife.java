package dev.latchstring.cli.serve;

import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import java.util.concurrent.CountDownLatch;

/**
 * Keeps a server until the process is asked to end (SIGTERM, Ctrl-C), then closes it, which
 * finishes what is in flight, and ends the process with status 0: it did what it was asked.
 */
public final class ServerLife {
  private ServerLife() {}

  /**
   * Runs a server.
   *
   * @param server is closed when the process is to end, or when the announcement fails
   * @param announce says that it runs; called once
   */
  public static int run(Output output, AutoCloseable server, Runnable announce) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(output, server), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      announce.run();
    } catch (RuntimeException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      server.close();
      throw e;
    }
    never.await();
    return ExitStatus.DONE.number();
  }

  private static void stop(Output output, AutoCloseable server) {
    output.say("Stopping: requests in flight are finished.");
    int status = ExitStatus.DONE.number();
    try {
      server.close();
      output.say("Stopped.");
    } catch (Exception e) {
      output.error("unexpected", "the server did not stop in order", null);
      status = ExitStatus.UNEXPECTED.number();
    }
    // A JVM that was signalled would end with 143: supervisors would call that a failure.
    Runtime.getRuntime().halt(status);
  }
}
