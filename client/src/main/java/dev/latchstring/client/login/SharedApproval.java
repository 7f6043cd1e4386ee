package dev.latchstring.client.login;

import dev.latchstring.client.store.PendingLogin;
import dev.latchstring.client.store.StoredPending;
import dev.latchstring.oauth.Scope;

/**
 * An approval that may be confirmed wherever the login was shown: the first answer counts for all.
 */
final class SharedApproval implements Approval {
  private final Approval approval;
  private final PendingLogin login;

  SharedApproval(Approval approval, PendingLogin login) {
    this.approval = approval;
    this.login = login;
  }

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
  public void confirm() {
    login.confirm(approval::confirm);
  }

  /** What was confirmed elsewhere is in use, and not this approval's to revoke. */
  @Override
  public void discard() {
    if (login.end(StoredPending.End.GIVEN_UP)) {
      approval.discard();
    }
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "SharedApproval[" + approval + "]";
  }
}
