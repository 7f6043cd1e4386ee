package dev.latchstring.client.browser;

import org.jspecify.annotations.Nullable;

/** RFC 6749 §4.1.2. What the browser brought, once it is known to be meant for this login. */
public sealed interface AuthorizationResponse {
  /**
   * A code, as it came.
   *
   * @param code a secret
   */
  record Code(String code) implements AuthorizationResponse {
    /** Without the code. */
    @Override
    public String toString() {
      return "Code[]";
    }
  }

  /**
   * RFC 6749 §4.1.2.1.
   *
   * @param error at most 100 characters, fit to be shown
   * @param description the server's own words, fit to be shown; null where it gave none
   */
  record Refusal(String error, @Nullable String description) implements AuthorizationResponse {}

  /**
   * RFC 9207 §2.4. It is meant for this login and not from its authorization server: nothing in it
   * is used or shown.
   *
   * @param why what is wrong with it, without its texts
   */
  record Misdirected(String why) implements AuthorizationResponse {}
}
