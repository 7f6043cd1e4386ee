package dev.latchstring.authorizationserver.token;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** RFC 6749 §4.1.2 and RFC 8628 §3.4. Codes of one kind, each of which becomes a grant once. */
public interface RedeemableCodes {
  /** What they are called in the log. */
  String kind();

  /**
   * Redeems a code, in the transaction in which its tokens are issued; false where it was redeemed
   * before, is expired or withdrawn, or is another client's.
   */
  boolean redeem(Handle transaction, String code, String clientId, String grantId);

  /** The grant that a code was redeemed for; empty where it was not. */
  Optional<String> redeemedFor(Handle transaction, String code, String clientId);
}
