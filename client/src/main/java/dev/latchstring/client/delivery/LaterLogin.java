package dev.latchstring.client.delivery;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import dev.latchstring.oauth.Scope;

/**
 * A login of an account to which something may have been delivered: what the person confirms now is
 * what is wanted, and whoever waits for the login has to find its tokens.
 *
 * @param onConfirmed runs when the tokens are stored, before anybody is told
 */
record LaterLogin(Login login, Runnable onConfirmed) implements Login {
  @Override
  public FlowName flow() {
    return login.flow();
  }

  @Override
  public LoginOutcome run(LoginPrompt prompt) {
    return switch (login.run(prompt)) {
      case LoginOutcome.Approved(Approval approval) ->
          new LoginOutcome.Approved(new LaterApproval(approval, onConfirmed));
      case LoginOutcome other -> other;
    };
  }

  @Override
  public void cancel() {
    login.cancel();
  }

  @Override
  public void leave() {
    login.leave();
  }

  private record LaterApproval(Approval approval, Runnable onConfirmed) implements Approval {
    @Override
    public Identity identity() {
      return approval.identity();
    }

    @Override
    public Scope scope() {
      return approval.scope();
    }

    @Override
    public boolean needsConfirmation() {
      return approval.needsConfirmation();
    }

    @Override
    public boolean isStored() {
      return approval.isStored();
    }

    @Override
    public void confirm() {
      approval.confirm();
      onConfirmed.run();
    }

    @Override
    public void discard() {
      approval.discard();
    }
  }
}
