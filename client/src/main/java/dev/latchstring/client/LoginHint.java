package dev.latchstring.client;

import dev.latchstring.client.flow.FlowName;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What a person types at a terminal to log in. */
public final class LoginHint {
  private LoginHint() {}

  /**
   * {@code latch login} with all that it needs.
   *
   * @param account is named where it is not {@link Account#DEFAULT_NAME}
   * @param flow null leaves it open
   */
  public static String command(URI server, String account, @Nullable FlowName flow) {
    return "latch login "
        + (flow == null ? "" : "--flow " + flow.text() + " ")
        + server
        + (account.equals(Account.DEFAULT_NAME) ? "" : " --account " + word(account));
  }

  /** As a shell takes it for one word. */
  private static String word(String text) {
    return text.matches("[A-Za-z0-9._@+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
