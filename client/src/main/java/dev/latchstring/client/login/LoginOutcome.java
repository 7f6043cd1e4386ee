package dev.latchstring.client.login;

/** How a login ended that could be carried out. */
public sealed interface LoginOutcome {
  /** Approved. Nothing is stored and no token is given out before {@link Approval#confirm}. */
  record Approved(Approval approval) implements LoginOutcome {}

  /** RFC 8628 §3.5 {@code access_denied}: the person said no. */
  record Denied() implements LoginOutcome {}

  /** RFC 8628 §3.5 {@code expired_token}: nobody decided within the code's life. */
  record Expired() implements LoginOutcome {}

  /** The caller cancelled, or its thread was interrupted. */
  record Cancelled() implements LoginOutcome {}
}
