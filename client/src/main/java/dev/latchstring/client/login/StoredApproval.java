package dev.latchstring.client.login;

import dev.latchstring.oauth.Scope;

/** An approval that was confirmed where the login was shown as well: its tokens are stored. */
record StoredApproval(Identity identity, Scope scope) implements Approval {
  @Override
  public boolean needsConfirmation() {
    return false;
  }

  @Override
  public void confirm() {
    // It was.
  }

  @Override
  public void discard() {
    // It is in use: a logout ends it.
  }
}
