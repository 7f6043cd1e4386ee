package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;

/**
 * RFC 8628 §3.4 and §3.5. A device that polls; {@link CodeRedemption} says what a code is worth.
 */
public final class DeviceCodeGrant implements Grant {
  private final DeviceAuthorizationStore devices;
  private final CodeRedemption redemption;

  public DeviceCodeGrant(DeviceAuthorizationStore devices, CodeRedemption redemption) {
    this.devices = devices;
    this.redemption = redemption;
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
      case Poll.Approved approved ->
          redemption.authorization(request, devices, approved.given(deviceCode));
      case Poll.Denied denied ->
          throw new OAuthException(ErrorCode.ACCESS_DENIED, "the person said no");
      case Poll.Expired expired ->
          throw new OAuthException(
              ErrorCode.EXPIRED_TOKEN, "the device code is expired; start again with a new one");
      case Poll.Redeemed redeemed ->
          throw redemption.reused(devices, client.clientId(), redeemed.grantId());
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
}
