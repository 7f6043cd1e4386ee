package dev.latchstring.client;

import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.registration.ClientChoice;
import java.net.URI;
import java.util.Optional;

/**
 * An account that is another one but for what a subclass overrides: every method goes on to it, and
 * whatever is about a login with the options that {@link #changed} makes.
 */
public abstract class ForwardingAccount implements Account {
  /** What everything goes on to. */
  protected abstract Account account();

  /** How a login is done that was asked for with these options: just so, unless overridden. */
  protected LoginOptions changed(LoginOptions options) {
    return options;
  }

  @Override
  public URI server() {
    return account().server();
  }

  @Override
  public String name() {
    return account().name();
  }

  @Override
  public DiscoveryResult discover() {
    return account().discover();
  }

  @Override
  public Discovered discover(LoginOptions options) {
    return account().discover(changed(options));
  }

  @Override
  public CheckedToken check(Delivery delivery, LoginOptions options) {
    return account().check(delivery, changed(options));
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    return account().negotiate(changed(options));
  }

  @Override
  public ClientChoice client(Discovered at) {
    return account().client(at);
  }

  @Override
  public Login login(LoginOptions options) {
    return account().login(changed(options));
  }

  @Override
  public TokenSource tokens() {
    return account().tokens();
  }

  @Override
  public Optional<LoginStatus> status() {
    return account().status();
  }

  @Override
  public LogoutResult logout() {
    return account().logout();
  }
}
