package dev.latchstring.mcpserver.login;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user wants of every login that the bridge starts.
 *
 * @param scope asked for besides what the server names; null leaves it to the server
 * @param flow the only way to log in; null leaves it open
 * @param here finds out what this machine can do, at the first login
 */
public record LoginWish(
    @Nullable Scope scope, @Nullable FlowName flow, Supplier<Surroundings> here) {
  /** Nothing; and nothing is known of the machine, so that no browser is opened. */
  public static final LoginWish NONE = new LoginWish(null, null, () -> Surroundings.UNKNOWN);

  private static final Logger LOG = LoggerFactory.getLogger(LoginWish.class);

  /**
   * MCP, "Step-Up Authorization Flow": what a 403 names is asked for besides what is granted and
   * wished, and so is what the front's own rules require; a server's 401 is left to discovery
   * unless the user wished something. A host that opens addresses does that itself, or there would
   * be two windows.
   */
  LoginOptions options(LoginRequired need, HostFace face) {
    Surroundings machine = here.get();
    LoginOptions options =
        LoginOptions.DEFAULT
            .withChallenges(need.challenges())
            .by(flow)
            .at(face.canOpenUrl() ? machine.withoutLauncher() : machine);
    Scope named = need.status() == 403 || need.at() != null ? parsed(need.scope()) : null;
    if (named != null) {
      return options.withScope(scope == null ? named : named.union(scope));
    }
    return scope == null ? options : options.withScope(scope);
  }

  private static @Nullable Scope parsed(@Nullable String text) {
    try {
      return text == null ? null : Scope.parse(text);
    } catch (OAuthException e) {
      LOG.info("the scope of the challenge is malformed: {}", e.description());
      return null;
    }
  }
}
