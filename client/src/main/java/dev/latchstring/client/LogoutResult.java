package dev.latchstring.client;

import org.jspecify.annotations.Nullable;

/**
 * How a logout ended. The tokens are forgotten here in every case.
 *
 * @param revocation what the authorization server knows of it
 * @param detail why the revocation failed, for the person; null unless it {@link Revocation#FAILED}
 */
public record LogoutResult(Revocation revocation, @Nullable String detail) {
  /** RFC 7009, or why not. */
  public enum Revocation {
    /** There was no login to end. */
    NOTHING_STORED,
    /** The server confirmed that the tokens are worthless. */
    REVOKED,
    /**
     * The server offers no revocation, or none of access tokens: the last one lives until it
     * expires.
     */
    NOT_OFFERED,
    /** The server could not be reached or refused: tokens may live until they expire. */
    FAILED
  }
}
