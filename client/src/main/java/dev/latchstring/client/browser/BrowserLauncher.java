package dev.latchstring.client.browser;

import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.oauth.HttpsUri;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens an address in the person's browser: as one argument of one command, without a shell. Only
 * https is opened, and http on this machine.
 *
 * <p>That a command started does not mean that anybody saw a page: whoever calls this shows the
 * address too.
 */
public final class BrowserLauncher {
  private static final int PATIENCE_MILLIS = 700;

  private BrowserLauncher() {}

  /**
   * @return whether a command was started, and did not say at once that it failed
   */
  public static boolean open(Surroundings surroundings, URI address) {
    if (surroundings.launcher().isEmpty() || !HttpsUri.isHttpsOrLoopback(address)) {
      return false;
    }
    List<String> command = new ArrayList<>(surroundings.launcher());
    command.add(address.toASCIIString());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Redirect.from(nothing()))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      // A browser that stays in the foreground is fine; a launcher that fails does so soon.
      return !process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) || process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static File nothing() {
    return new File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
  }
}
