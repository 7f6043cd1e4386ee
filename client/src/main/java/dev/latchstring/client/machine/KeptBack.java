package dev.latchstring.client.machine;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.http.ServerText;
import java.net.URI;

/**
 * Tokens for one server, where the environment has one for another: whoever set that, and finds
 * nobody logged in, is told why it was not used.
 *
 * @param server asks for a token
 * @param meant the server that the environment's token is for
 */
public record KeptBack(TokenSource otherwise, URI server, String meant) implements TokenSource {
  @Override
  public AccessToken token() {
    try {
      return otherwise.token();
    } catch (ClientException e) {
      throw told(e);
    }
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    try {
      return otherwise.rejected(token);
    } catch (ClientException e) {
      throw told(e);
    }
  }

  private ClientException told(ClientException e) {
    return e.problem() == Problem.LOGIN_REQUIRED
        ? new ClientException(e.problem(), e.description() + "; " + why(meant), hint(e), e)
        : e;
  }

  private String hint(ClientException e) {
    return (e.hint() == null ? "" : e.hint() + "; or ") + hint(server);
  }

  static String why(String meant) {
    return "the token in "
        + MachineConfiguration.TOKEN
        + " is for "
        + ServerText.quote(meant)
        + " alone ("
        + MachineConfiguration.TOKEN_SERVER
        + ")";
  }

  static String hint(URI server) {
    return "set " + MachineConfiguration.TOKEN_SERVER + "=" + server + " if it is meant for here";
  }
}
