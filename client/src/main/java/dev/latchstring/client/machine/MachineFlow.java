package dev.latchstring.client.machine;

import dev.latchstring.client.flow.Assessment;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginContext;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine's grant among the flows: suited where it was configured for just that, and the client's
 * own credentials where nobody is likely to be there, for a person may use that client as well.
 *
 * @param grant null where nothing is configured for the flow
 * @param hint what would have to be configured
 * @param pinnedIssuer the only authorization server its credentials may go to; null for any
 * @param binds whether tokens are bound to a key
 */
record MachineFlow(
    FlowName name,
    @Nullable MachineGrant grant,
    String hint,
    @Nullable String pinnedIssuer,
    boolean binds)
    implements Flow {

  @Override
  public Assessment assess(Situation situation) {
    if (grant == null) {
      return Assessment.unusable("nothing is configured for it", hint);
    }
    if (pinnedIssuer != null && !pinnedIssuer.equals(situation.at().issuer())) {
      return Assessment.unusable(
          "its credentials belong to " + pinnedIssuer, "configure some that are known here");
    }
    String obstacle = grant.obstacle(situation.server());
    if (obstacle != null) {
      return Assessment.unusable(
          obstacle, "ask its operator; or pin another flow, if its metadata is wrong");
    }
    Assessment client = client(situation);
    if (client != null) {
      return client;
    }
    if (name == FlowName.CLIENT_CREDENTIALS
        && !situation.wishes(name)
        && situation.surroundings().attended()) {
      return Assessment.fallback(
          "with "
              + grant.describe()
              + ", for this machine and no person: requests use it by themselves until somebody"
              + " logs in");
    }
    return Assessment.suited("with " + grant.describe());
  }

  private @Nullable Assessment client(Situation situation) {
    ClientIdentity client = situation.client();
    if (grant != null && grant.client() == MachineGrant.Client.CONFIDENTIAL) {
      if (client == null || !client.isConfidential()) {
        return Assessment.unusable("no client with a secret or key is configured", hint);
      }
    }
    List<String> methods = situation.server().tokenEndpointAuthMethodsSupported();
    if (client != null
        && client.key() != null
        && methods != null
        && !methods.contains(ClientAuthentication.PRIVATE_KEY_JWT)) {
      return Assessment.unusable(
          "the authorization server does not list private_key_jwt, by which the client would say"
              + " who it is",
          "ask its operator for a client secret");
    }
    return null;
  }

  @Override
  public Login login(LoginContext context) {
    if (grant == null) {
      throw new IllegalStateException("not usable: " + name);
    }
    return new MachineLogin(grant, pinnedIssuer, binds, context);
  }
}
