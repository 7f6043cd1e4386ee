package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import java.net.URI;
import java.util.Optional;

/** The account of a token that somebody else obtained: nobody logs in to it or out of it here. */
record GivenAccount(AccountLogin given) implements Account {
  @Override
  public URI server() {
    return given.provider().api();
  }

  @Override
  public String name() {
    return given.name();
  }

  @Override
  public TokenSource tokens() {
    return given.tokens();
  }

  @Override
  public Optional<LoginStatus> status() {
    return Optional.empty();
  }

  @Override
  public DiscoveryResult discover() {
    throw none();
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    throw none();
  }

  @Override
  public Login login(LoginOptions options) {
    throw none();
  }

  @Override
  public LogoutResult logout() {
    throw none();
  }

  private static ClientException none() {
    return new ClientException(
        Problem.NO_USABLE_LOGIN,
        "the token is of the environment, and there is no login beside it",
        "take the variable out of the environment to log in");
  }
}
