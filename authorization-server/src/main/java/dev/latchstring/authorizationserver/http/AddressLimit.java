package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.util.List;

/**
 * How often one address may do what costs the server a row and asks for no proof.
 *
 * <p>The counts are in the database, so that they hold across nodes. With an issuer on loopback
 * everybody has the same address, and nothing is counted.
 */
public final class AddressLimit {
  private final AttemptStore attempts;
  private final boolean counting;

  public AddressLimit(AttemptStore attempts, boolean counting) {
    this.attempts = attempts;
    this.counting = counting;
  }

  /**
   * Counts one more.
   *
   * @throws OAuthException {@code temporarily_unavailable} where it is too many, with how long to
   *     wait
   */
  public void count(AttemptKey.Kind kind, String address) {
    if (counting
        && attempts.admit(List.of(new AttemptKey(kind, ClientNetwork.of(address))))
            instanceof AttemptStore.Admission.Delayed delayed) {
      throw new OAuthException(
          ErrorCode.TEMPORARILY_UNAVAILABLE,
          "too many requests from this address; try again in "
              + Math.max(1, delayed.delay().toSeconds())
              + " seconds");
    }
  }
}
