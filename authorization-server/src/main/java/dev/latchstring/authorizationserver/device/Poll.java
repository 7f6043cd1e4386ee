package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.token.GivenCode;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RFC 8628 §3.5. What a poll with a device code meets. */
public sealed interface Poll {
  /**
   * Nobody has decided.
   *
   * @param tooFast whether the poll came before the interval was over; the interval has then grown
   *     by five seconds and the answer is {@code slow_down}
   * @param interval how long to wait now
   */
  record Pending(boolean tooFast, Duration interval) implements Poll {}

  /**
   * A person said yes; nothing has been issued.
   *
   * @param context {@code mcp_context} of the device's request, or null
   */
  record Approved(
      String subject,
      Scope scope,
      String resource,
      Instant authenticationTime,
      @Nullable String acr,
      List<String> amr,
      @Nullable McpContext context)
      implements Poll {
    /** What the person gave. */
    public GivenCode given(String deviceCode) {
      return new GivenCode(
          deviceCode,
          subject,
          scope,
          resource,
          authenticationTime,
          acr,
          amr,
          RequestedClaims.NONE,
          context);
    }
  }

  /** A person said no. */
  record Denied() implements Poll {}

  /** The code's time is over. */
  record Expired() implements Poll {}

  /**
   * Tokens have been issued for the code.
   *
   * @param grantId the grant they belong to
   */
  record Redeemed(String grantId) implements Poll {}

  /** There is no such code, or it is another client's. */
  record Unknown() implements Poll {}
}
