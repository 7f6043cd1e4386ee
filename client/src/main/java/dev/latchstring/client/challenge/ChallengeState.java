package dev.latchstring.client.challenge;

import dev.latchstring.oauth.dpop.DpopProofs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a login by challenge has to remember from turn to turn: the session, the code verifier and
 * the key. It is opaque, immutable, and shows nothing.
 */
public final class ChallengeState {
  private final Facts facts;

  /**
   * The state itself.
   *
   * @param verifier RFC 7636
   * @param stateParameter RFC 6749 §4.1.1, for a login that goes on in a browser
   * @param authSession the latest; null before the first answer
   * @param asked the step that waits for an answer; null before the first
   * @param pending the parameters of the latest request, for sending it again
   * @param restarted whether it began again already because its session was lost
   * @param reissued whether it began again already because its code was lost
   * @param misread how many answers one after the other the server called malformed
   */
  record Facts(
      ChallengeRequest request,
      DpopProofs key,
      String verifier,
      String stateParameter,
      @Nullable String authSession,
      @Nullable Step asked,
      Map<String, String> pending,
      boolean restarted,
      boolean reissued,
      int misread) {

    /** Without anything. */
    @Override
    public String toString() {
      return "Facts[]";
    }
  }

  ChallengeState(Facts facts) {
    this.facts = facts;
  }

  Facts facts() {
    return facts;
  }

  /** With the session that a response carried; the same where it carried none. */
  ChallengeState in(@Nullable String authSession) {
    return authSession == null ? this : changed(authSession, facts.asked(), facts.pending());
  }

  ChallengeState asking(Step step) {
    return changed(facts.authSession(), step, facts.pending());
  }

  ChallengeState sending(Map<String, String> parameters) {
    return changed(facts.authSession(), facts.asked(), Map.copyOf(parameters));
  }

  private ChallengeState changed(
      @Nullable String authSession, @Nullable Step asked, Map<String, String> pending) {
    return new ChallengeState(
        new Facts(
            facts.request(),
            facts.key(),
            facts.verifier(),
            facts.stateParameter(),
            authSession,
            asked,
            pending,
            facts.restarted(),
            facts.reissued(),
            facts.misread()));
  }

  ChallengeState misread(int times) {
    return new ChallengeState(
        new Facts(
            facts.request(),
            facts.key(),
            facts.verifier(),
            facts.stateParameter(),
            facts.authSession(),
            facts.asked(),
            facts.pending(),
            facts.restarted(),
            facts.reissued(),
            times));
  }

  /** Without anything. */
  @Override
  public String toString() {
    return "ChallengeState[]";
  }
}
