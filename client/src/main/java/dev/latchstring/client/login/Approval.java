package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.Scope;

/**
 * A login that was approved by somebody, and waits for the person here to say that it was them.
 *
 * <p>A device code does not prove that the person who asked is the one who approved (RFC 8628
 * §5.4), so the token is used by nothing until {@link #confirm}. Exactly one of {@link #confirm}
 * and {@link #discard} ends it; a process that ends in between leaves nothing stored.
 */
public interface Approval {
  /** Who approved, as far as the authorization server tells. */
  Identity identity();

  /** What was granted, which may be less than what was asked for. */
  Scope scope();

  /**
   * Whether to ask the person. False where the account is pinned to this very identity from an
   * earlier confirmed login, or where the flow has no approving person.
   */
  boolean needsConfirmation();

  /**
   * Whether {@link #confirm} stores anything. False for a flow without a person, whose credentials
   * are configured: each token is obtained by them.
   */
  default boolean isStored() {
    return true;
  }

  /**
   * Stores the tokens and pins the account to this identity; the account's token source gives them
   * out from now on.
   *
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE}; the approval stays open, so that the
   *     caller may try again or discard
   */
  void confirm();

  /** Revokes the tokens as far as the server can be reached, and forgets them. Never throws. */
  void discard();
}
