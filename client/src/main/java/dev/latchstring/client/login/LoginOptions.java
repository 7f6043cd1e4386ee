package dev.latchstring.client.login;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the caller wants of a login.
 *
 * @param scope asked for instead of what discovery selects; null leaves it to discovery. What is
 *     granted already is kept: the union is asked for
 * @param challenges of a 401 or 403 that made the login necessary, so that no probe is sent; null
 *     where there is none
 * @param anotherPerson true to let the account be taken over by another identity than the pinned
 *     one, which the caller must have asked the person for
 * @param challenge how a login by challenge is done; null where there is nobody to ask its steps
 * @param flow the only flow to take; null leaves it to what is possible
 * @param surroundings what this machine can do; null where that is not known, and no browser is
 *     opened
 * @param browser how a login in a browser is done; null for {@link BrowserOptions#DEFAULT}
 * @param bearer whether the tokens are to be bound to no key, because they are for a program that
 *     knows nothing of DPoP
 */
public record LoginOptions(
    @Nullable Scope scope,
    @Nullable List<Challenge> challenges,
    boolean anotherPerson,
    @Nullable ChallengeOptions challenge,
    @Nullable FlowName flow,
    @Nullable Surroundings surroundings,
    @Nullable BrowserOptions browser,
    boolean bearer) {

  /** Everything as discovery finds it. */
  public static final LoginOptions DEFAULT =
      new LoginOptions(null, null, false, null, null, null, null, false);

  public LoginOptions {
    challenges = challenges == null ? null : List.copyOf(challenges);
  }

  public LoginOptions withScope(Scope wanted) {
    return new LoginOptions(
        wanted, challenges, anotherPerson, challenge, flow, surroundings, browser, bearer);
  }

  public LoginOptions withChallenges(List<Challenge> received) {
    return new LoginOptions(
        scope, received, anotherPerson, challenge, flow, surroundings, browser, bearer);
  }

  public LoginOptions allowingAnotherPerson() {
    return new LoginOptions(
        scope, challenges, true, challenge, flow, surroundings, browser, bearer);
  }

  /** By challenge, for a client that the server's operator calls its own. */
  public LoginOptions byChallenge(ChallengeOptions how) {
    return answeringSteps(how).by(FlowName.CHALLENGE);
  }

  /** Where a login by challenge is chosen, in this way. */
  public LoginOptions answeringSteps(@Nullable ChallengeOptions how) {
    return new LoginOptions(
        scope, challenges, anotherPerson, how, flow, surroundings, browser, bearer);
  }

  /** By this flow and no other; null leaves it open. */
  public LoginOptions by(@Nullable FlowName only) {
    return new LoginOptions(
        scope, challenges, anotherPerson, challenge, only, surroundings, browser, bearer);
  }

  /** On a machine that can do this. */
  public LoginOptions at(Surroundings here) {
    return new LoginOptions(
        scope, challenges, anotherPerson, challenge, flow, here, browser, bearer);
  }

  public LoginOptions inBrowser(BrowserOptions how) {
    return new LoginOptions(
        scope, challenges, anotherPerson, challenge, flow, surroundings, how, bearer);
  }

  /** With tokens that any program can use that has them. */
  public LoginOptions asBearer() {
    return new LoginOptions(
        scope, challenges, anotherPerson, challenge, flow, surroundings, browser, true);
  }
}
