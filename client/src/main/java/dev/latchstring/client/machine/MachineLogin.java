package dev.latchstring.client.machine;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginContext;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import dev.latchstring.oauth.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Tries a machine's grant: a token is obtained, and told is what it is. Nothing is stored, and
 * nobody has to be asked: the next token is obtained the same way.
 */
final class MachineLogin implements Login {
  private final MachineGrant grant;
  private final @Nullable String pinnedIssuer;
  private final boolean binds;
  private final LoginContext context;
  private @Nullable Thread running;
  private boolean cancelled;

  MachineLogin(
      MachineGrant grant, @Nullable String pinnedIssuer, boolean binds, LoginContext context) {
    this.grant = grant;
    this.pinnedIssuer = pinnedIssuer;
    this.binds = binds;
    this.context = context;
  }

  @Override
  public FlowName flow() {
    return grant.name();
  }

  @Override
  public LoginOutcome run(LoginPrompt prompt) {
    if (!enter()) {
      return new LoginOutcome.Cancelled();
    }
    try {
      MachineExchange exchange =
          new MachineExchange(
              context.at().server(),
              grant,
              pinnedIssuer,
              binds && !context.options().bearer(),
              context.registration(),
              context.http(),
              context.requests(),
              context.clock(),
              context.random());
      AccessToken token = exchange.token(context.at(), scope());
      return new LoginOutcome.Approved(Tried.of(token, context.at(), grant.describe()));
    } catch (ClientException e) {
      if (Thread.currentThread().isInterrupted()) {
        return new LoginOutcome.Cancelled();
      }
      throw e;
    } finally {
      end();
    }
  }

  /** Without what a person was granted before. */
  private Scope scope() {
    Scope wished = context.options().scope();
    return wished == null ? context.at().scope() : wished;
  }

  private synchronized boolean enter() {
    running = Thread.currentThread();
    return !cancelled;
  }

  private synchronized void end() {
    running = null;
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
    if (running != null) {
      running.interrupt();
    }
  }
}
