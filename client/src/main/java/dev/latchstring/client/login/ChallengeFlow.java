package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.Assessment;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.registration.ClientIdentity;
import java.util.List;

/**
 * docs/challenge-profile.md. By answering here what the server asks: for a client that its operator
 * calls its own.
 *
 * <p>That the operator does cannot be known; the key of this installation, which the operator has
 * enrolled, is the one good sign of it. Without, a browser goes before a password typed here.
 */
public final class ChallengeFlow implements Flow {
  @Override
  public FlowName name() {
    return FlowName.CHALLENGE;
  }

  @Override
  public Assessment assess(Situation situation) {
    if (situation.server().authorizationChallengeEndpoint() == null) {
      return Assessment.unusable(
          "the authorization server " + situation.at().issuer() + " offers no login by challenge",
          "ask its operator to call this client first_party; or log in with a code, without --flow");
    }
    if (!situation.answersSteps()) {
      return Assessment.unusableHere(
          "there is nobody to answer what the server asks",
          "log in from a terminal: latch login --flow challenge " + situation.at().server());
    }
    ClientIdentity client = situation.client();
    if (client == null) {
      return situation.wishes(FlowName.CHALLENGE)
          ? Assessment.fallback("wished for; the client has yet to be configured")
          : Assessment.unusable(
              "it is for a client that the server's operator calls first_party, and none is"
                  + " configured",
              "set LATCH_CLIENT_ID, with LATCH_CLIENT_SECRET, LATCH_CLIENT_KEY or"
                  + " LATCH_INSTANCE_KEY");
    }
    return client.instanceKey() == null
        ? Assessment.fallback("the client is configured; whether it is first_party is not known")
        : Assessment.suited("this installation's key is configured");
  }

  @Override
  public Login login(LoginContext context) {
    ChallengeOptions how = context.options().challenge();
    if (how == null) {
      throw new ClientException(
          Problem.NOT_SHOWN, "there is nobody to answer what the server asks", null);
    }
    return new ChallengeLogin(
        context,
        how,
        context.options().challenges() == null ? List.of() : context.options().challenges(),
        null);
  }
}
