package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/**
 * RFC 8628 §3.4 and §3.5. A device that polls.
 *
 * <p>A code is redeemed once. Who comes second holds a code that is in two hands, so what the first
 * got is revoked (RFC 6749 §4.1.2, for codes of every kind).
 */
public final class DeviceCodeGrant implements Grant {
  private final DeviceAuthorizationStore devices;
  private final GrantStore grants;
  private final AccountStore accounts;
  private final Clock clock;
  private final SecureRandom random;

  public DeviceCodeGrant(
      DeviceAuthorizationStore devices,
      GrantStore grants,
      AccountStore accounts,
      Clock clock,
      SecureRandom random) {
    this.devices = devices;
    this.grants = grants;
    this.accounts = accounts;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String type() {
    return GrantTypes.DEVICE_CODE;
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    RegisteredClient client = request.client();
    String deviceCode = request.form().required("device_code");
    return switch (devices.poll(deviceCode, client.clientId())) {
      case Poll.Pending pending -> throw pending(pending);
      case Poll.Approved approved -> authorization(request, deviceCode, approved);
      case Poll.Denied denied ->
          throw new OAuthException(ErrorCode.ACCESS_DENIED, "the person said no");
      case Poll.Expired expired ->
          throw new OAuthException(
              ErrorCode.EXPIRED_TOKEN, "the device code is expired; start again with a new one");
      case Poll.Redeemed redeemed -> {
        grants.revoke(redeemed.grantId());
        SecurityLog.warn(
            "used_again",
            "what",
            "device_code",
            "client_id",
            client.clientId(),
            "grant_id",
            redeemed.grantId());
        throw usedBefore();
      }
      case Poll.Unknown unknown ->
          throw new OAuthException(
              ErrorCode.INVALID_GRANT, "the device code is not one of this client");
    };
  }

  private static OAuthException pending(Poll.Pending pending) {
    return pending.tooFast()
        ? new OAuthException(
            ErrorCode.SLOW_DOWN,
            "polled too fast; wait " + pending.interval().toSeconds() + " seconds between polls")
        : new OAuthException(ErrorCode.AUTHORIZATION_PENDING, "nobody has decided yet");
  }

  private Authorization authorization(
      TokenRequest request, String deviceCode, Poll.Approved approved) {
    request.requireSameContext(approved.context());
    RegisteredClient client = request.client();
    Account account =
        accounts
            .findBySubject(approved.subject())
            .orElseThrow(() ->
                new OAuthException(
                    ErrorCode.ACCESS_DENIED, "the account that approved is disabled"));
    GivenGrant grant =
        new GivenGrant(
            Secrets.newToken(random).substring(0, 22),
            approved.subject(),
            client.clientId(),
            approved.scope(),
            approved.resource(),
            approved.authenticationTime(),
            approved.acr(),
            approved.amr(),
            clock.instant(),
            request.grantKey(),
            RequestedClaims.NONE,
            approved.context(),
            null);
    return Authorization.ofGrant(
        grant,
        account,
        client.metadata().grants().contains(GrantTypes.REFRESH_TOKEN),
        transaction -> consume(transaction, deviceCode, grant));
  }

  private Consumption.Outcome consume(Handle transaction, String deviceCode, GivenGrant grant) {
    if (devices.redeem(transaction, deviceCode, grant.clientId(), grant.grantId())) {
      grants.create(transaction, grant);
      return new Consumption.Outcome.Consumed();
    }
    devices
        .redeemedFor(transaction, deviceCode, grant.clientId())
        .ifPresent(first -> {
          grants.revoke(transaction, first);
          SecurityLog.warn(
              "used_again",
              "what",
              "device_code",
              "client_id",
              grant.clientId(),
              "grant_id",
              first);
        });
    return new Consumption.Outcome.Refused(usedBefore());
  }

  private static OAuthException usedBefore() {
    return new OAuthException(
        ErrorCode.INVALID_GRANT, "the device code was used before; its tokens are revoked");
  }
}
