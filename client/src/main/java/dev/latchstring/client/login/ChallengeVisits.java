package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.browser.AuthorizationResponse;
import dev.latchstring.client.browser.CallbackPage;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.oauth.ErrorCode;
import java.net.URI;
import java.time.Duration;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.2.2.1.1, "Redirect to Web". Where a login by challenge
 * goes on in the person's browser: twice at most.
 */
final class ChallengeVisits {
  private static final int MOST_VISITS = 2;
  private static final Duration LONGEST_VISIT = Duration.ofHours(1);

  private final LoginContext context;
  private final Discovered at;
  private final ChallengeClient client;
  private final LoginPrompt shown;
  private int visits;

  ChallengeVisits(LoginContext context, ChallengeClient client, LoginPrompt shown) {
    this.context = context;
    this.at = context.at();
    this.client = client;
    this.shown = shown;
  }

  /**
   * The turn after the browser came back.
   *
   * @throws ClientException {@link Problem#BROWSER_NEEDED} where there is no browser and no
   *     terminal to paste its answer on
   */
  ChallengeTurn turn(ChallengeTurn.ToWeb web) throws InterruptedException {
    Surroundings here = context.situation().surroundings();
    boolean possible = here.terminal() || here.browser() != Surroundings.Browser.NONE;
    if (!possible || ++visits > MOST_VISITS) {
      throw browserNeeded(
          at.authorizationServer().deviceAuthorizationEndpoint() != null
              ? "log in with a code instead, which takes a browser on any device: --flow device"
              : "log in from a terminal, or where a browser can be opened");
    }
    try (BrowserVisit visit = BrowserVisit.open(context)) {
      ChallengeTurn turn = client.inBrowser(web, visit.redirectUri());
      return switch (turn) {
        case ChallengeTurn.ToWeb there -> {
          URI address = there.open();
          if (address == null) {
            throw browserNeeded("log in with --flow code, or with --flow device");
          }
          yield comeBack(visit, there, address);
        }
        case ChallengeTurn.Ended ended when ended.ending() == ChallengeTurn.Ending.REFUSED ->
            throw browserNeeded(
                "ask its operator to register "
                    + visit.redirectUri()
                    + " for this client, at any port; or log in with --flow device");
        default -> turn;
      };
    }
  }

  private ChallengeTurn comeBack(BrowserVisit visit, ChallengeTurn.ToWeb there, URI address)
      throws InterruptedException {
    AuthorizationResponse response =
        visit.to(address, there.stateParameter(), LONGEST_VISIT, shown).orElse(null);
    return switch (response) {
      case null ->
          new ChallengeTurn.Ended(
              ChallengeTurn.Ending.SESSION_LOST, "expired", "the browser did not come back");
      case AuthorizationResponse.Code(String code) -> {
        ChallengeTurn next = client.finish(there, code);
        visit.finish(
            next instanceof ChallengeTurn.Done
                ? CallbackPage.signedIn(null, String.valueOf(at.server().getHost()))
                : CallbackPage.received());
        yield next;
      }
      case AuthorizationResponse.Refusal refusal -> {
        if (refusal.error().equals(ErrorCode.ACCESS_DENIED.code())) {
          visit.finish(CallbackPage.denied());
          yield new ChallengeTurn.Ended(
              ChallengeTurn.Ending.DENIED, refusal.error(), refusal.description());
        }
        visit.finish(CallbackPage.failed("The login could not be completed."));
        throw CodeLogin.refusal(refusal);
      }
      case AuthorizationResponse.Misdirected misdirected ->
          throw new IllegalStateException("refused before");
    };
  }

  private ClientException browserNeeded(String hint) {
    return new ClientException(
        Problem.BROWSER_NEEDED,
        "the authorization server " + at.issuer() + " wants this login done in a browser",
        hint);
  }
}
