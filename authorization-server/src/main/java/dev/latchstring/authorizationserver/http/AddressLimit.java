package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

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
    if (admit(kind, address) instanceof AttemptStore.Admission.Delayed delayed) {
      throw tooMany(delayed.delay());
    }
  }

  /**
   * Does what is counted only where it is refused: what succeeds is no guess.
   *
   * @throws OAuthException what the work throws; {@code temporarily_unavailable} where too much was
   *     refused before
   */
  public <T> T countRefusals(AttemptKey.Kind kind, String address, Supplier<T> work) {
    if (!counting) {
      return work.get();
    }
    Duration delay = attempts.delay(new AttemptKey(kind, ClientNetwork.of(address)));
    if (!delay.isZero()) {
      throw tooMany(delay);
    }
    try {
      return work.get();
    } catch (OAuthException refused) {
      if (refused.code().httpStatus() < 500) {
        var unused = admit(kind, address);
      }
      throw refused;
    }
  }

  private AttemptStore.Admission admit(AttemptKey.Kind kind, String address) {
    return counting
        ? attempts.admit(List.of(new AttemptKey(kind, ClientNetwork.of(address))))
        : new AttemptStore.Admission.Admitted();
  }

  private static OAuthException tooMany(Duration delay) {
    return new OAuthException(
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        "too many requests from this address; try again in "
            + Math.max(1, delay.toSeconds())
            + " seconds");
  }
}
