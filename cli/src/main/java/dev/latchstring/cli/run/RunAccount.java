package dev.latchstring.cli.run;

import dev.latchstring.client.Account;
import dev.latchstring.client.ForwardingAccount;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.oauth.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account whose logins ask for the scope of the command line, besides what is needed, and for
 * tokens that are bound to no key, which a program could not prove.
 */
final class RunAccount extends ForwardingAccount {
  private final Account account;
  private final @Nullable Scope scope;
  private final boolean issuerKnown;

  /**
   * @param scope null leaves it to discovery
   * @param issuerKnown whether the authorization server is pinned, so that the address is that of
   *     an API and need not speak MCP
   */
  RunAccount(Account account, @Nullable Scope scope, boolean issuerKnown) {
    this.account = account;
    this.scope = scope;
    this.issuerKnown = issuerKnown;
  }

  @Override
  protected Account account() {
    return account;
  }

  @Override
  protected LoginOptions changed(LoginOptions options) {
    // No response of a server made this login necessary: discovery asks for one, unless it is known
    // where the login is.
    boolean asked = options.challenges() != null && !options.challenges().isEmpty();
    LoginOptions start =
        issuerKnown ? LoginOptions.DEFAULT.withChallenges(List.of()) : LoginOptions.DEFAULT;
    Surroundings here = options.surroundings();
    LoginOptions begun = start.by(options.flow());
    LoginOptions wanted = (asked ? options : here == null ? begun : begun.at(here)).asBearer();
    Scope more = options.scope();
    if (scope != null) {
      wanted = wanted.withScope(more == null ? scope : scope.union(more));
    } else if (more != null) {
      wanted = wanted.withScope(more);
    }
    return wanted;
  }
}
