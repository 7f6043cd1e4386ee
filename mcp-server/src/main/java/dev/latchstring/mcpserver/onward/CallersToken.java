package dev.latchstring.mcpserver.onward;

import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.Secrets;

/**
 * MCP authorization, "Access token privilege restriction". A token that a caller gave to this
 * server, and that was verified. {@link OnwardTokens} exchanges it; nobody else can read it, for
 * another server must never see it.
 */
public final class CallersToken {
  private final String value;
  private final Caller caller;

  private CallersToken(String value, Caller caller) {
    this.value = value;
    this.caller = caller;
  }

  /**
   * @param value a token that was verified, for this server
   * @param caller whose it is
   */
  public static CallersToken of(String value, Caller caller) {
    return new CallersToken(value, caller);
  }

  String value() {
    return value;
  }

  /** A name for it in a cache, from which it cannot be found out. */
  String hash() {
    return Secrets.sha256Base64Url(value);
  }

  /** Whose it is. */
  public Caller caller() {
    return caller;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "CallersToken[subject=" + caller.subject() + "]";
  }
}
