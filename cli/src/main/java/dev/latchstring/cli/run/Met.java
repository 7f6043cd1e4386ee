package dev.latchstring.cli.run;

import dev.latchstring.client.AccessToken;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * A process that was started with a token and has said who it is.
 *
 * @param stateless whether it speaks 2026-07-28
 * @param description its {@code capabilities}, {@code serverInfo} and {@code instructions}
 * @param token what it was started with
 * @param owner whose token that is; empty for a machine's own
 */
record Met(
    ChildSession session,
    boolean stateless,
    String version,
    ObjectNode description,
    AccessToken token,
    String owner,
    Instant startedAt) {

  /** A token is given out until so many seconds before its end. */
  private static final long MARGIN_SECONDS = 5;

  boolean isOver() {
    return session.isOver();
  }

  boolean has(AccessToken other) {
    return token.value().equals(other.value());
  }

  /**
   * Whether it may go on for a while though there is another token: the other one is only fresher.
   */
  boolean mayGoOn(AccessToken other, String otherOwner, Instant now) {
    Instant end = token.expiresAt();
    return owner.equals(otherOwner)
        && token.scope().equals(other.scope())
        && (end == null || now.isBefore(end.minusSeconds(MARGIN_SECONDS)));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Met[version=" + version + "]";
  }
}
