package dev.latchstring.authorizationserver.assertion;

import dev.latchstring.authorizationserver.assertion.AssertionVerifier.Verified;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.ReplayStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;

/**
 * RFC 7523 §3. An assertion that is accepted once, by its {@code jti}, in the transaction in which
 * its token is issued: whoever is refused afterwards has used nothing up.
 */
public final class SingleUse {
  private static final int MAX_JTI = 256;

  private final ReplayStore used;

  public SingleUse(ReplayStore used) {
    this.used = used;
  }

  /**
   * @throws OAuthException {@code invalid_grant} where the assertion has no usable {@code jti}
   */
  Consumption of(Verified verified) {
    String id = verified.text("jti");
    if (id == null || id.isBlank() || id.length() > MAX_JTI) {
      throw refused("the assertion needs a jti of 1 to " + MAX_JTI + " characters");
    }
    return transaction ->
        used.isFirstUse(
                transaction,
                verified.issuer().issuer(),
                id,
                verified.expiresAt().plus(AssertionVerifier.SKEW))
            ? new Consumption.Outcome.Consumed()
            : new Consumption.Outcome.Refused(
                refused("the assertion was used before; get a new one for each request"));
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}
