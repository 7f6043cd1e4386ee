package dev.latchstring.mcpserver.login;

import dev.latchstring.mcpserver.stdio.Call;
import java.time.Duration;

/** Shows a login to the person behind the host, in the way of the host's era. */
public interface LoginPresenter {
  /** How long the fetching of a code may hold up a request. */
  Duration CODE_PATIENCE = Duration.ofSeconds(30);

  /**
   * How long a repeated request waits before it shows the same again, so that hosts do not spin.
   */
  Duration RETRY_PATIENCE = Duration.ofSeconds(25);

  /**
   * Returns when there is a login.
   *
   * @throws Interim with what the host has to show or answer first
   * @throws RpcError where the host cannot be shown anything, or the login came to nothing
   */
  void login(LoginRequired need, Call call);
}
