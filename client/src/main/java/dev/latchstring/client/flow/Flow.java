package dev.latchstring.client.flow;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginContext;

/**
 * One way to a token: whether it is possible here, and how it is begun.
 *
 * <p>An implementation holds what was configured for it and nothing of one login, so that one
 * serves all accounts and threads.
 */
public interface Flow {
  FlowName name();

  /**
   * Judges from what is known already: nothing is asked, opened or registered. What can only be
   * found out by trying, such as whether a server accepts the client, does not count.
   */
  Assessment assess(Situation situation);

  /**
   * Prepares a login. It is called only where {@link #assess} found it usable; nothing is sent
   * before {@link Login#run}.
   *
   * @throws ClientException where the configuration that it holds cannot be used
   */
  Login login(LoginContext context);
}
