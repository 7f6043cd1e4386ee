package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.Account;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An account of an API that is no MCP server: it is not asked for a challenge by an MCP request,
 * but found by its metadata (RFC 9728 §3).
 */
record ApiAccount(Account account) implements Account {
  @Override
  public Login login(LoginOptions options) {
    return account.login(withoutProbe(options));
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    return account.negotiate(withoutProbe(options));
  }

  @Override
  public Discovered discover(LoginOptions options) {
    return account.discover(withoutProbe(options));
  }

  @Override
  public CheckedToken check(Delivery delivery, LoginOptions options) {
    return account.check(delivery, withoutProbe(options));
  }

  private static LoginOptions withoutProbe(LoginOptions options) {
    return options.challenges() == null ? options.withChallenges(List.of()) : options;
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
