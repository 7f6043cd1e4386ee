package dev.latchstring.client.login;

import dev.latchstring.client.flow.Assessment;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Situation;

/** RFC 8628. With a code that the person enters on any device: needs a browser nowhere near. */
public final class DeviceFlow implements Flow {
  @Override
  public FlowName name() {
    return FlowName.DEVICE;
  }

  @Override
  public Assessment assess(Situation situation) {
    if (situation.server().deviceAuthorizationEndpoint() == null) {
      return Assessment.unusable(
          "the authorization server offers no login by device code (RFC 8628)",
          "ask its operator to offer device_authorization_endpoint");
    }
    return situation.surroundings().attended()
        ? Assessment.suited("a code can be entered on any device")
        : Assessment.fallback(
            "the server offers it, and somebody would have to watch here to see the code");
  }

  @Override
  public Login login(LoginContext context) {
    return new DeviceLogin(context, null);
  }
}
