package dev.latchstring.cli.run;

import dev.latchstring.client.Account;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account whose logins ask for the scope of the command line, besides what is needed, and for
 * tokens that are bound to no key, which a program could not prove.
 */
final class RunAccount implements Account {
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
  public Login login(LoginOptions options) {
    return account.login(forProgram(options));
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    return account.negotiate(forProgram(options));
  }

  private LoginOptions forProgram(LoginOptions options) {
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

  @Override
  public URI server() {
    return account.server();
  }

  @Override
  public String name() {
    return account.name();
  }

  @Override
  public DiscoveryResult discover() {
    return account.discover();
  }

  @Override
  public Discovered discover(LoginOptions options) {
    return account.discover(forProgram(options));
  }

  @Override
  public CheckedToken check(Delivery delivery, LoginOptions options) {
    return account.check(delivery, forProgram(options));
  }

  @Override
  public TokenSource tokens() {
    return account.tokens();
  }

  @Override
  public Optional<LoginStatus> status() {
    return account.status();
  }

  @Override
  public LogoutResult logout() {
    return account.logout();
  }
}
