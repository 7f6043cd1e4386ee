package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.GivenCode;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.Logins;
import dev.latchstring.authorizationserver.token.RedeemableCodes;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Clock;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/**
 * RFC 6749 §4.1.2, for codes of every kind. What a person gave under a code becomes a grant, once.
 *
 * <p>Who comes second holds a code that is in two hands, so what the first got is revoked.
 */
public final class CodeRedemption {
  private final GrantStore grants;
  private final Logins logins;
  private final Clock clock;

  public CodeRedemption(GrantStore grants, Logins logins, Clock clock) {
    this.grants = grants;
    this.logins = logins;
    this.clock = clock;
  }

  /**
   * What the code is worth to the client that redeems it.
   *
   * @throws OAuthException {@code invalid_grant} where the account is disabled
   */
  Authorization authorization(TokenRequest request, RedeemableCodes codes, GivenCode given) {
    request.requireSameContext(given.context());
    RegisteredClient client = request.client();
    Account account =
        logins
            .account(given.subject())
            .orElseThrow(() -> refused("the account that allowed it is disabled"));
    GivenGrant grant =
        new GivenGrant(
            grants.newId(),
            given.subject(),
            client.clientId(),
            given.scope(),
            given.resource(),
            given.authenticationTime(),
            given.acr(),
            given.amr(),
            clock.instant(),
            request.grantKey(),
            given.claims(),
            given.context(),
            null);
    return Authorization.ofGrant(
        grant,
        account,
        client.metadata().grants().contains(GrantTypes.REFRESH_TOKEN)
            && logins.isRefreshable(given.acr()),
        transaction -> consume(transaction, codes, given.code(), grant));
  }

  private Consumption.Outcome consume(
      Handle transaction, RedeemableCodes codes, String code, GivenGrant grant) {
    if (codes.redeem(transaction, code, grant.clientId(), grant.grantId())) {
      grants.create(transaction, grant);
      return new Consumption.Outcome.Consumed();
    }
    codes
        .redeemedFor(transaction, code, grant.clientId())
        .ifPresent(first -> {
          grants.revoke(transaction, first);
          log(codes, grant.clientId(), first);
        });
    return new Consumption.Outcome.Refused(usedBefore());
  }

  /**
   * draft-ietf-oauth-first-party-apps-04 §6.1: the same, of a login by challenge, which can be
   * continued.
   */
  Authorization continued(Authorization authorization, String code) {
    Consumption consumption = Objects.requireNonNull(authorization.consumption());
    String grantId = Objects.requireNonNull(authorization.grantId());
    return authorization
        .consuming(consumption.andThen(transaction -> logins.redeemed(transaction, code, grantId)))
        .continuedBy(logins.sessionAfter(code));
  }

  /** A code that was redeemed before: ends what it was redeemed for, and says so. */
  OAuthException reused(RedeemableCodes codes, String clientId, String grantId) {
    grants.revoke(grantId);
    log(codes, clientId, grantId);
    return usedBefore();
  }

  private static void log(RedeemableCodes codes, String clientId, String grantId) {
    SecurityLog.warn(
        "used_again", "what", codes.kind(), "client_id", clientId, "grant_id", grantId);
  }

  private static OAuthException usedBefore() {
    return refused("the code was used before; its tokens are revoked");
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}
