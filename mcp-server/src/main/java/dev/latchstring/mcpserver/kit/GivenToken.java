package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.machine.EnvironmentToken;
import dev.latchstring.client.registration.ClientChoice;
import dev.latchstring.oauth.Challenge;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A token that the user put into the environment: nobody logs in to it or out of it here.
 *
 * @param variable where it is
 */
record GivenToken(String variable, EnvironmentToken token) {

  /** An account that has it and nothing else. */
  Account account(URI api, String name) {
    return new Given(api, name, this);
  }

  /** What there is instead of a login. */
  ClientException refused(URI api, LoginOptions wanted) {
    List<Challenge> challenges =
        Objects.requireNonNullElse(wanted.challenges(), List.<Challenge>of());
    String scope =
        challenges.stream().map(Challenge::scope).filter(Objects::nonNull).findFirst().orElse(null);
    return new ClientException(
        Problem.REFUSED,
        scope == null
            ? api + " does not accept the token in " + variable
            : api + " wants " + scope + ", which the token in " + variable + " does not have",
        "set " + variable + " to one that will do; or unset it and log in");
  }

  private record Given(URI server, String name, GivenToken given) implements Account {
    @Override
    public TokenSource tokens() {
      return given.token();
    }

    @Override
    public Optional<LoginStatus> status() {
      return Optional.empty();
    }

    @Override
    public DiscoveryResult discover() {
      throw given.refused(server, LoginOptions.DEFAULT);
    }

    @Override
    public Negotiation negotiate(LoginOptions options) {
      throw given.refused(server, options);
    }

    @Override
    public ClientChoice client(Discovered at) {
      throw given.refused(server, LoginOptions.DEFAULT);
    }

    @Override
    public Login login(LoginOptions options) {
      throw given.refused(server, options);
    }

    @Override
    public LogoutResult logout() {
      return new LogoutResult(LogoutResult.Revocation.NOTHING_STORED, null);
    }
  }
}
