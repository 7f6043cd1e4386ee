package dev.latchstring.client.login;

import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.Scope;
import java.util.function.Consumer;

/** An approval whose tokens are in memory alone until it is confirmed. */
final class PendingApproval implements Approval {
  private enum State {
    OPEN,
    CONFIRMED,
    DISCARDED
  }

  private final StoredLogin login;
  private final Identity identity;
  private final boolean needsConfirmation;
  private final Consumer<StoredLogin> keep;
  private final Consumer<StoredLogin> revoke;
  private State state = State.OPEN;

  PendingApproval(
      StoredLogin login,
      Identity identity,
      boolean needsConfirmation,
      Consumer<StoredLogin> keep,
      Consumer<StoredLogin> revoke) {
    this.login = login;
    this.identity = identity;
    this.needsConfirmation = needsConfirmation;
    this.keep = keep;
    this.revoke = revoke;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public Scope scope() {
    return Scope.parse(login.scope());
  }

  @Override
  public boolean needsConfirmation() {
    return needsConfirmation;
  }

  @Override
  public synchronized void confirm() {
    if (state == State.DISCARDED) {
      throw new IllegalStateException("the approval was discarded");
    }
    if (state == State.OPEN) {
      keep.accept(login);
      state = State.CONFIRMED;
    }
  }

  @Override
  public synchronized void discard() {
    if (state == State.OPEN) {
      state = State.DISCARDED;
      revoke.accept(login);
    }
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "PendingApproval[" + login + "]";
  }
}
