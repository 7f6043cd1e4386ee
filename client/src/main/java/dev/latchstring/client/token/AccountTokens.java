package dev.latchstring.client.token;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The tokens of an account on a machine that has its own credentials: a person's stored login where
 * there is one, else the machine's.
 */
public final class AccountTokens implements TokenSource {
  private final TokenSource stored;
  private final TokenSource machine;
  private final BooleanSupplier isSomebodys;

  /**
   * @param isSomebodys whether a person has logged in to this account, be the login over or not:
   *     nobody goes on as a machine who began as a person
   */
  public AccountTokens(TokenSource stored, TokenSource machine, BooleanSupplier isSomebodys) {
    this.stored = stored;
    this.machine = machine;
    this.isSomebodys = isSomebodys;
  }

  @Override
  public AccessToken token() {
    try {
      return stored.token();
    } catch (ClientException e) {
      return orElse(e, machine::token);
    }
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    try {
      return stored.rejected(token);
    } catch (ClientException e) {
      return orElse(e, () -> machine.rejected(token));
    }
  }

  private AccessToken orElse(ClientException e, Supplier<AccessToken> otherwise) {
    if (e.problem() != Problem.LOGIN_REQUIRED || isSomebodys.getAsBoolean()) {
      throw e;
    }
    return otherwise.get();
  }
}
